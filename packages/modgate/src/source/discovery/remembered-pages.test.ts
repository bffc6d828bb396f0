import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../../core/failure.ts'
import { failsWith, never } from '../test-peers.ts'
import type { ImportPage } from './page.ts'
import { rememberedPages } from './remembered-pages.ts'
import { importTag, moments, testPages, type TestPages } from './test-pages.ts'

const lib = importTag('v.example/lib git https://git.example/lib')
const down = new Failure('upstream-unreachable', { asked: 'x', who: 'x', why: 'down' })

function remembering(pages: TestPages, more: Partial<typeof moments> = {}) {
  return rememberedPages(pages.fetch, { ...moments, ...more, clock: { now: () => pages.now } })
}

const rows: readonly (readonly [what: string, answer: TestPages['answers'][string], good: number])[] = [
  ['a page with imports', lib, 1000],
  ['a page without', '<html>', 100],
  ['a page that is not there', 404, 100],
  ['a page of a host in trouble', 503, 0],
]

for (const [what, answer, good] of rows) {
  test(`${what} is asked for once in ${good} ms`, async () => {
    const pages = testPages({ p: answer })
    const { get } = remembering(pages)
    for (const now of [0, good - 1, good]) {
      pages.now = now
      await get('p', never)
    }
    assert.equal(pages.asked.length, good === 0 ? 3 : 2)
  })
}

test('a clock that is set back ends what it would have made last for ever', async () => {
  const pages = testPages({ p: lib })
  const { get } = remembering(pages)
  await get('p', never)
  pages.now = -5000
  await get('p', never)
  assert.equal(pages.asked.length, 2)
})

test('a host that fails does not spoil what is known of it, for a while', async () => {
  const pages = testPages({ p: lib })
  const { get } = remembering(pages)
  const known = await get('p', never)
  for (const [index, answer] of ([down, 503, 429] as const).entries()) {
    pages.answers['p'] = answer
    pages.now = 9000 + index * 100
    assert.equal(await get('p', never), known)
    // The next one does not wait for the host that just failed.
    pages.now += 99
    assert.equal(await get('p', never), known)
    assert.equal(pages.asked.length, index + 2)
  }
  pages.now = 10_000
  assert.equal((await get('p', never)).status, 429)
  pages.answers['p'] = down
  await assert.rejects(get('p', never), down)
})

test('who has given up already asks nobody', async () => {
  const pages = testPages({ p: down })
  const reason = new Error('enough')
  await assert.rejects(remembering(pages).get('p', AbortSignal.abort(reason)), reason)
  assert.deepEqual(pages.asked, [])
})

test('a host that says that a page is gone is believed at once', async () => {
  const pages = testPages({ p: lib })
  const { get } = remembering(pages)
  await get('p', never)
  Object.assign(pages, { now: 1000 }).answers['p'] = 404
  assert.equal((await get('p', never)).status, 404)
  pages.answers['p'] = down
  pages.now = 2000
  assert.equal((await get('p', never)).status, 404)
})

test('a failure is not remembered', async () => {
  const pages = testPages({ p: down })
  const { get } = remembering(pages)
  await assert.rejects(get('p', never), down)
  pages.answers['p'] = lib
  assert.equal((await get('p', never)).imports.length, 1)
})

test('many who ask at once share one question, and one who gives up hurts nobody', async () => {
  const { promise, resolve } = Promise.withResolvers<ImportPage>()
  let asked = 0
  const { get } = rememberedPages(
    () => {
      asked++
      return promise
    },
    { ...moments, clock: { now: () => 0 } },
  )
  const leaving = new AbortController()
  const [left, ...others] = [get('p', leaving.signal), get('p', never), get('p', never)]
  const reason = new Error('enough')
  leaving.abort(reason)
  await assert.rejects(left, reason)
  resolve({ url: 'u', status: 200, imports: [] })
  assert.deepEqual(await Promise.all(others), [await promise, await promise])
  assert.equal(asked, 1)
})

test('what is kept and what is under way have limits', async () => {
  const pages = testPages({ a: lib, b: lib, c: lib })
  const { get } = remembering(pages, { limit: 2 })
  for (const path of ['a', 'b', 'c', 'c', 'b', 'a']) await get(path, never)
  assert.deepEqual(pages.asked, ['a', 'b', 'c', 'a'])
  const waiting = rememberedPages(() => new Promise(() => undefined), { ...moments, limit: 2, clock: { now: () => 0 } })
  for (const path of ['a', 'b']) void waiting.get(path, never)
  await assert.rejects(waiting.get('c', never), failsWith('overloaded'))
})

test('a page that says too much is used and not remembered', async () => {
  const pages = testPages({ p: importTag(`v.example/lib git https://git.example/${'x'.repeat(200_000)}`) })
  const { get } = remembering(pages)
  assert.equal((await get('p', never)).imports.length, 1)
  await get('p', never)
  assert.equal(pages.asked.length, 2)
})

test('a fetch ends with its time, whoever waits', async () => {
  const { get } = rememberedPages(
    (_path, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(down), { once: true })),
    { ...moments, deadlineMs: 20, clock: { now: () => 0 } },
  )
  await assert.rejects(get('p', never), down)
})
