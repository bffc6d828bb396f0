import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import { loadServeConfig } from '../config/index.ts'
import { testMachine } from '../config/test-machine.ts'
import { Failure } from '../core/failure.ts'
import { logWorld, memoryGuard, moduleAt, recordText, testClock } from '../gateway/log/test-log.ts'
import type { Exchange } from '../http/exchange.ts'
import { offerForm } from '../inspect/onboard/offer.ts'
import { gatePages, logStanding } from './gate-pages.ts'

const asked = (accept?: string): Exchange => ({
  ...{ method: 'GET', target: '/', remoteAddress: '127.0.0.1', protocol: '1.1', secure: false, host: 'gate.example' },
  header: (name) => (name === 'accept' ? accept : undefined),
  body: async () => new Uint8Array(),
  signal: new AbortController().signal,
  send: () => Promise.reject(new Error('nobody sends here')),
})

const keys = generateKey('gate.example/log')
const key = { name: 'gate.example/log', ...keys }

/** Both pages of a gate over a log, as texts. */
async function pagesOver(log: ReturnType<ReturnType<typeof logWorld>['open']> | undefined) {
  const { config } = await loadServeConfig({ upstream: 'https://p.example', private: 'corp.example' }, testMachine())
  const standing = log && logStanding({ log, key, guard: memoryGuard() }, { now: Date.now })
  const pages = gatePages({ config, version: '1.2.3', facts: { store: '/data' }, standing })
  const text = async (path: string, accept?: string) => {
    const { body } = await pages.get(path)!(asked(accept))
    return Buffer.from(body.bytes!).toString()
  }
  return { text, offer: async () => offerForm.parse(JSON.parse(await text('/-/onboard'))) }
}

test('the page and the offer have the key, and how much the log has', async () => {
  const log = logWorld(keys).open()
  await log.append(moduleAt(1), recordText(moduleAt(1)))
  const { text, offer } = await pagesOver(log)
  assert.match(await text('/'), /^log +gate\.example\/log, 1 record$/m)
  assert.match(await text('/', 'text/html'), /<dt>log<\/dt><dd>gate\.example\/log, 1 record<\/dd>/)
  const { log: offered, url } = await offer()
  assert.deepEqual(offered, { name: 'gate.example/log', key: keys.verifier, size: 1 })
  assert.equal(url, 'http://gate.example')
})

test('a log that refuses to sign, or cannot be read, is no reason not to answer, and says so itself', async () => {
  const world = logWorld(keys)
  const log = world.open()
  await log.append(moduleAt(1), recordText(moduleAt(1)))
  const behind = { ...world.guard.guarded!, tree: { size: 7, hash: new Uint8Array(32) } }
  const closed = world.open({ guard: { ...memoryGuard(), read: async () => behind } })
  const { text, offer } = await pagesOver(closed)
  assert.match(await text('/'), /^log +gate\.example\/log REFUSES TO SIGN: .*7.*; next: put the newer data/m)
  assert.match((await offer()).log!.closed!.why, /7/)
  const damage = new Failure('log-damaged', { asked: 'the head', who: 'modgate', why: 'it was not signed' })
  const damaged = await pagesOver({ ...log, status: () => Promise.reject(damage) })
  assert.match((await damaged.offer()).log!.closed!.why, /cannot be read: it was not signed/)
  assert.match(await damaged.text('/'), /REFUSES TO SIGN/)
})

test('without a log the offer has what clients must exempt', async () => {
  const { text, offer } = await pagesOver(undefined)
  assert.deepEqual(await offer(), {
    ...{ product: 'modgate', version: '1.2.3', url: 'http://gate.example', exempt: 'corp.example' },
  })
  assert.match(await text('/'), /^export GONOSUMDB=corp\.example$/m)
})

test('many who look at once cost one look', async () => {
  const log = logWorld(keys).open()
  let looks = 0
  let now = testClock.now()
  const counted = { ...log, status: () => (looks++, log.status()) }
  const standing = logStanding({ log: counted, key, guard: memoryGuard() }, { now: () => now })
  await Promise.all(Array.from({ length: 50 }, standing))
  assert.equal(looks, 1)
  now += 1000
  await standing()
  assert.equal(looks, 2)
})
