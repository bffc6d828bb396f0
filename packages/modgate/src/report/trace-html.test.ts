import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { testRequest, testTrace } from '../trace/test-trace.ts'
import type { Trace } from '../trace/trace.ts'
import { testPage, type TestElement } from './test-page.ts'
import { traceHtml } from './trace-html.ts'
import { axisTicks, timeBeside, zoomedWindow } from './trace-viewer-rows.ts'

const hostile = '</script><script>alert(1)</script><!--'

function thousands(): Trace {
  const requests = Array.from({ length: 3000 }, (_, id) =>
    testRequest(id, id * 10, id % 100 === 7 ? { status: 404, kind: 'list' } : { cause: 'go.mod' }),
  )
  return testTrace(requests, { totalMs: 30_100 })
}

/** The page as a browser would take it apart: each script, and the policy that allows it. */
function parts(html: string) {
  const scripts = [...html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)].map(([, attributes = '', text = '']) => ({
    attributes,
    text,
  }))
  const [, policy = ''] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html) ?? []
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(html) ?? []
  return { scripts, policy, style }
}

/** Runs the script of the page as it stands in the file, in a context that has nothing of Node. */
function opened(trace: Trace) {
  const [data, script] = parts(traceHtml(trace)).scripts
  const page = testPage({ trace: data!.text })
  runInNewContext(script!.text, { document: page, window: page }, { timeout: 10_000 })
  const rows = () => page.getElementById('rows').children.filter(({ hidden }) => !hidden)
  const label = (row: TestElement | undefined) => row?.children[0]?.children.map((part) => part.textContent).join('')
  return { page, rows, label }
}

test('the page has no outside resource, and its policy allows its own script and style and nothing else', () => {
  const html = traceHtml(testTrace([testRequest(0, 0)]))
  const { scripts, policy, style } = parts(html)
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  assert.deepEqual(
    scripts.map(({ attributes }) => attributes),
    [' id="trace" type="application/json"', ''],
  )
  assert.equal(
    policy,
    `default-src 'none'; base-uri 'none'; form-action 'none'; script-src ${hash(scripts[1]!.text)}; style-src ${hash(style)}`,
  )
  assert.doesNotMatch(html, /\b(src|href|style|on\w+)=|@import|url\(/)
})

test('what a proxy or a command line brings along stays text', () => {
  const request = testRequest(0, 0, {
    path: `/${hostile}`,
    module: hostile,
    trouble: hostile,
    outcome: 'failed',
    kind: 'other',
  })
  const html = traceHtml(testTrace([request], { command: ['sh', '-c', hostile], unseen: [hostile] }))
  assert.equal(parts(html).scripts.length, 2)
  assert.doesNotMatch(html, /alert\(1\)<\/script>|<!--/)
  const { rows, label } = opened(testTrace([request]))
  assert.match(label(rows()[0])!, /alert\(1\)/)
})

test('of three thousand requests only those in sight are on the page, and scrolling makes no more', () => {
  const { page, rows, label } = opened(thousands())
  assert.equal(page.getElementById('rows').styles.get('height'), '60000px')
  assert.ok(rows().length >= 20 && rows().length <= 30, `${rows().length} rows`)
  assert.equal(label(rows()[0]), 'mod m0.example/lib@v1.0.0')
  const list = page.getElementById('list')
  list.scrollTop = 20 * 1500
  list.fire('scroll')
  const made = page.made()
  for (let top = 0; top < 60_000; top += 777) {
    list.scrollTop = top
    list.fire('scroll')
  }
  assert.equal(page.made(), made)
  list.scrollTop = 20 * 2995
  list.fire('scroll')
  assert.equal(label(rows().at(-1)), 'mod m2999.example/lib@v1.0.0')
  assert.equal(rows().at(-1)!.styles.get('top'), '59980px')
})

test('filters leave what they name, together', () => {
  const { page, rows, label } = opened(thousands())
  const set = (id: string, change: (element: TestElement) => void) => {
    change(page.getElementById(id))
    page.getElementById(id).fire('input')
    return page.getElementById('count').textContent
  }
  assert.equal(
    set('odd', (element) => void (element.checked = true)),
    '30 of 3000 requests',
  )
  assert.equal(label(rows()[0]), 'list m7.example/lib@v1.0.0')
  assert.equal(
    set('words', (element) => void (element.value = '404 M107.')),
    '1 of 3000 requests',
  )
  assert.equal(
    set('kind', (element) => void (element.value = 'mod')),
    '0 of 3000 requests',
  )
  assert.equal(rows().length, 0)
})

test('a request that is chosen tells all that is known of it, and keys walk from one to the next', () => {
  const { page } = opened(thousands())
  const list = page.getElementById('list')
  list.fire('keydown', { key: 'ArrowDown' })
  list.fire('keydown', { key: 'ArrowDown' })
  const details = () => page.getElementById('details').children.map(({ textContent }) => textContent)
  assert.ok(!page.getElementById('details').hidden)
  assert.deepEqual(details().slice(0, 4), [
    'request',
    'mod m1.example/lib@v1.0.0',
    'URL',
    'https://proxy.example/m1.example/lib/@v/v1.0.0.mod',
  ])
  assert.equal(details()[details().indexOf('required by') + 1], 'go.mod')
  page.getElementById('rows').children[5]!.fire('click')
  assert.equal(details()[1], 'mod m5.example/lib@v1.0.0')
})

test('zooming keeps what is under the pointer where it is', () => {
  const { page, rows } = opened(thousands())
  const bar = () => rows()[0]!.children[1]!.children[4]!
  assert.deepEqual([bar().styles.get('left'), bar().hidden], ['0%', false])
  page.getElementById('list').fire('wheel', { ctrlKey: true, deltaY: -1, clientX: 0 })
  assert.equal(bar().styles.get('left'), '0%')
  page.getElementById('list').fire('keydown', { key: 'ArrowRight' })
  assert.ok(bar().hidden)
  page.getElementById('all').fire('click')
  assert.ok(!bar().hidden)
})

const places = [
  ['behind its bar', 10, 20, { text: '10 ms', left: 20, ends: false }],
  ['behind a bar that takes all', 0, 100, { text: '100 ms', left: 100, ends: false }],
  ['behind a bar that goes on after the window', 50, 300, { text: '250 ms', left: 100, ends: false }],
  ['at the left edge of a later window', -30, -10, { text: '‹ 20 ms at -30 ms', left: 0, ends: false }],
  ['at the right edge of an earlier one', 400, 410, { text: '10 ms at 400 ms ›', left: 100, ends: true }],
] as const
for (const [claim, start, end, expected] of places) {
  test(`the time of a request stands ${claim}`, () => {
    assert.deepEqual(timeBeside({ start, end }, { from: 0, to: 100 }), expected)
  })
}

test('a request that is chosen comes into sight, and Escape closes what it told', () => {
  const { page, rows } = opened(thousands())
  const list = page.getElementById('list')
  for (let times = 0; times < 6; times++) page.getElementById('in').fire('click')
  list.scrollTop = 20 * 2000
  list.fire('scroll')
  const [first] = rows()
  const bars = () => first!.children[1]!.children.filter(({ hidden, className }) => !hidden && className !== 'time')
  assert.equal(bars().length, 0)
  first!.fire('click')
  assert.ok(bars().length > 0)
  assert.ok(!page.getElementById('details').hidden)
  list.fire('keydown', { key: 'Escape' })
  assert.ok(page.getElementById('details').hidden)
})

const anyWindow = fc
  .tuple(fc.nat(900), fc.integer({ min: 1, max: 100 }))
  .map(([from, length]) => ({ from, to: from + length }))
test('a window never leaves the whole, and its ticks lie in it', () => {
  fc.assert(
    fc.property(anyWindow, fc.double({ min: 0.01, max: 50, noNaN: true }), fc.nat(1000), (view, factor, at) => {
      const { from, to } = zoomedWindow(view, { factor, at, whole: 1000 })
      assert.ok(from >= 0 && to <= 1000 + 1e-6 && to - from >= 1 - 1e-6)
      const ticks = axisTicks({ from, to }, 800)
      assert.ok(ticks.length <= 10 && ticks.every((tick) => tick >= from - 1e-6 && tick <= to + 1e-6))
    }),
  )
})
