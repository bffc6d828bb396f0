// The page and the picture of a trace, as a browser shows them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { traceHtml } from '../packages/modgate/src/report/trace-html.ts'
import { traceSvg } from '../packages/modgate/src/report/trace-svg.ts'
import { testRequest, testTrace } from '../packages/modgate/src/trace/test-trace.ts'
import type { Trace } from '../packages/modgate/src/trace/trace.ts'
import { browserPage, type BrowserPage, type WindowSize } from './harness/browser.ts'
import { labelledPicture, labelOf } from './harness/labelled-picture.ts'
import { seededRandom } from './harness/seeded.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const paths = [
  'golang.org/x/tools',
  'github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/storage/armstorage',
  'k8s.io/api',
]

/** A large download: `count` requests, a dozen of them at a time, some of which go wrong. */
function download(count: number) {
  const random = seededRandom(count)
  const requests = Array.from({ length: count }, (_, id) => {
    const kind = (['info', 'mod', 'zip', 'lookup'] as const)[id % 4]!
    const [module, version] = [paths[id % 3]!, `v1.${id}.0`]
    return testRequest(id, id * 8 + random() * 200, {
      ...{ kind, module, version, path: `/${module}/@v/${version}.${kind}`, cause: 'go.mod' },
      phases: { queueMs: random() * 10, connectMs: id % 50 === 0 ? 40 : 0, firstByteMs: 20 + random() * 80, bodyMs: random() * 90 },
      ...(id % 100 === 7 ? { status: 404 } : {}),
    }) // prettier-ignore
  })
  return testTrace(requests, { totalMs: count * 8 + 1000, command: ['go', 'build', './...'] })
}

async function opened(t: TestContext, name: string, text: string, size?: WindowSize): Promise<BrowserPage | undefined> {
  const file = join(await temporaryDirectory(t), name)
  await writeFile(file, text)
  return browserPage(t, pathToFileURL(file).href, size)
}

/** Rows in sight, top to bottom: their words, and whether a bar of them is in sight. */
const rows = `[...document.querySelectorAll('.row')].filter((row) => !row.hidden).sort((a, b) => a.offsetTop - b.offsetTop)
  .map((row) => ({ words: row.querySelector('.label').textContent, hasBar: [...row.querySelectorAll('.bar')].some((bar) => !bar.hidden) }))`

interface Row {
  readonly words: string
  readonly hasBar: boolean
}

const textOf = (id: string) => `document.getElementById('${id}').textContent`
const middleOf = (selector: string) =>
  `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(document.querySelector('${selector}').getBoundingClientRect())`

async function click(page: BrowserPage, selector: string): Promise<void> {
  const place = await page.value<{ readonly x: number; readonly y: number }>(middleOf(selector))
  for (const type of ['mousePressed', 'mouseReleased'])
    await page.send('Input.dispatchMouseEvent', { ...place, type, button: 'left', clickCount: 1 })
}

async function wheel(page: BrowserPage, deltaY: number, modifiers: number): Promise<void> {
  const place = await page.value<object>(middleOf('#list'))
  await page.send('Input.dispatchMouseEvent', { ...place, type: 'mouseWheel', deltaX: 0, deltaY, modifiers })
  // The wheel is told to the page before its next picture.
  await page.value('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))))')
}

const control = 2

test('the page of three thousand requests filters, zooms, scrolls and tells, and asks nobody for anything', async (t) => {
  const page = await opened(t, 'trace.html', traceHtml(download(3000)))
  if (page === undefined) return
  const count = () => page.value<string>(textOf('count'))
  const seen = () => page.value<readonly Row[]>(rows)
  assert.equal(await count(), '3000 of 3000 requests')
  assert.ok((await seen()).length < 60, 'only rows in sight are on the page')
  assert.ok(await page.value<boolean>('document.documentElement.scrollWidth <= innerWidth'), 'nothing is too wide')

  await click(page, '#words')
  await page.send('Input.insertText', { text: 'k8s.io zip' })
  assert.equal(await count(), '250 of 3000 requests')
  await click(page, '#odd')
  assert.equal(await count(), '0 of 3000 requests')
  await page.value(`document.getElementById('words').select()`)
  await page.send('Input.insertText', { text: 'armstorage' })
  assert.equal(await count(), '10 of 3000 requests')
  await click(page, '#odd')
  assert.equal(await count(), '1000 of 3000 requests')

  const axis = await page.value<string>(textOf('axis'))
  for (let turns = 0; turns < 4; turns++) await click(page, '#in')
  assert.notEqual(await page.value<string>(textOf('axis')), axis)
  assert.ok(
    (await seen()).every(({ hasBar }) => hasBar),
    'zooming stays with the requests that are in sight',
  )
  await wheel(page, 1, control)
  await click(page, '#all')
  assert.equal(await page.value<string>(textOf('axis')), axis)

  await wheel(page, 1_000_000, 0)
  assert.equal((await seen()).at(-1)!.words, `zip ${paths[1]}@v1.2998.0`)
  await click(page, '.row:nth-child(8) .label')
  assert.match(
    await page.value<string>(textOf('details')),
    /URLhttps:\/\/proxy\.example\/\S+status200.*required bygo\.mod/,
  )
  assert.deepEqual(page.complaints, [])
  assert.equal(page.requests.length, 1)
})

/** The contrast of two colours as WCAG 2 reckons it, of what the page has of them. */
const contrast = `(selector) => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
  }
  const ink = light(getComputedStyle(document.querySelector(selector)).color)
  const paper = light(getComputedStyle(document.body).backgroundColor)
  return Math.max(ink, paper) / Math.min(ink, paper)
}`

for (const scheme of ['light', 'dark']) {
  test(`in ${scheme} colours every word can be read, and bars stand below their times`, async (t) => {
    const page = await opened(t, 'trace.html', traceHtml(download(300)))
    if (page === undefined) return
    await page.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] })
    for (const selector of ['.label', '.odd .label', '.time', '#axis', '.legend', 'pre']) {
      const found: number = await page.value(`(${contrast})('${selector}')`)
      assert.ok(found >= 4.5, `${selector}: ${found}`)
    }
    const edges = (selector: string) =>
      page.value<string>(`(({ left, right }) => left + ' to ' + right)(document.querySelector('${selector}').getBoundingClientRect())`)
    assert.equal(await edges('.track'), await edges('#axis'))
  }) // prettier-ignore
}

test('in the picture no name runs into the bars, and no word out of the picture', async (t) => {
  const page = await opened(t, 'trace.svg', traceSvg(download(40)))
  if (page === undefined) return
  const boxes = await page.value<readonly { readonly words: string; readonly left: number; readonly right: number }[]>(
    `[...document.querySelectorAll('text')].map((text) => (({ x, width }) => ({ words: text.textContent, left: x, right: x + width }))(text.getBBox()))`,
  )
  assert.equal(boxes.filter(({ words }) => /^(info|mod|zip|lookup) /.test(words)).length, 40)
  const firstBar = 330
  assert.deepEqual(
    boxes.filter(({ left, right }) => right > 960 || (left < 100 && right > firstBar)),
    [],
  )
  assert.deepEqual([page.complaints, page.requests.length], [[], 1])
})

const guide = join(import.meta.dirname, '../docs/guide')
const recorded = join(import.meta.dirname, 'testdata/trace.json')

test('the picture of the page in the guide is of the page as it is made today', async (t) => {
  const html = traceHtml(JSON.parse(await readFile(recorded, 'utf8')) as Trace)
  const label = createHash('sha256').update(html).digest('hex')
  const picture = join(guide, 'trace-page.png')
  if (process.env['MODGATE_WRITE_PICTURES'] === '1') {
    const page = await opened(t, 'trace.html', html, { width: 1100, height: 640 })
    if (page === undefined) return
    await click(page, 'summary')
    await page.value(
      `new Promise((resolve) => requestAnimationFrame(() => resolve(dispatchEvent(new Event('resize')))))`,
    )
    await click(page, '.row:nth-child(9) .label')
    const { data } = await page.send<{ readonly data: string }>('Page.captureScreenshot', { format: 'png' })
    await writeFile(picture, labelledPicture(Buffer.from(data, 'base64'), label))
  }
  const anew = 'made anew by MODGATE_WRITE_PICTURES=1 npm test -- test/trace-page.test.ts'
  assert.equal(labelOf(await readFile(picture)), label, `${picture} is of another page; it is ${anew}`)
})
