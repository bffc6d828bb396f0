import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Failure } from '../core/failure.ts'
import { newToken, readTokens, tokenBook, tokenHash, writeTokens, type TokenEntry } from './token-book.ts'

async function file(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'modgate-tokens-'))
  t.after(() => rm(directory, { recursive: true }))
  return join(directory, 'tokens.json')
}

const entry = (name: string, token: string, expires?: string): TokenEntry => ({
  name,
  patterns: '*.corp.example',
  created: '2026-01-01T00:00:00.000Z',
  hash: tokenHash(token),
  ...(expires === undefined ? {} : { expires }),
})

async function opened(path: string) {
  const failures: Failure[] = []
  const clock = { time: Date.parse('2026-06-01T00:00:00Z'), now: () => clock.time }
  const book = await tokenBook({ path, clock, unreadable: (failure) => failures.push(failure) })
  return { book, clock, failures }
}

test('a token is long, and the file has its hash alone, for its owner alone', async (t) => {
  const path = await file(t)
  const token = newToken()
  assert.match(token, /^modgate_[A-Za-z0-9_-]{43}$/)
  await writeTokens(path, [entry('ci', token)])
  const text = await readFile(path, 'utf8')
  assert.ok(!text.includes(token.slice('modgate_'.length)))
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(join(path, '..')), ['tokens.json'])
  assert.deepEqual(await readTokens(path), [entry('ci', token)])
})

test('whose token it is: known, unknown, expired', async (t) => {
  const path = await file(t)
  const [good, old] = [newToken(), newToken()]
  await writeTokens(path, [entry('ci', good), entry('old', old, '2026-05-01T00:00:00.000Z')])
  const { book } = await opened(path)
  assert.deepEqual(await book.find(good), { name: 'ci', patterns: '*.corp.example' })
  assert.equal(await book.find(old), undefined)
  assert.equal(await book.find(newToken()), undefined)
  assert.equal(await book.find(''), undefined)
})

test('a token that is added or revoked counts a second later, without a restart', async (t) => {
  const path = await file(t)
  const { book, clock } = await opened(path)
  const token = newToken()
  await writeTokens(path, [entry('ci', token)])
  clock.time += 1000
  assert.equal((await book.find(token))?.name, 'ci')
  await writeTokens(path, [])
  clock.time += 1000
  assert.equal(await book.find(token), undefined)
})

test('a file that breaks while the gate runs is told of, and lets the old tokens stay good', async (t) => {
  const path = await file(t)
  const token = newToken()
  await writeTokens(path, [entry('ci', token)])
  const { book, clock, failures } = await opened(path)
  await writeFile(path, 'nonsense')
  clock.time += 1000
  assert.equal((await book.find(token))?.name, 'ci')
  clock.time += 1000
  assert.equal((await book.find(token))?.name, 'ci')
  assert.deepEqual(
    failures.map(({ code }) => code),
    ['configuration'],
  )
  await writeTokens(path, [])
  await chmod(path, 0o644)
  clock.time += 1000
  assert.equal((await book.find(token))?.name, 'ci')
  await chmod(path, 0o600)
  clock.time += 1000
  assert.equal(await book.find(token), undefined, 'a file that can be read again counts, though its content is as old')
})

test('a file of others, or none at all, is refused with the remedy; no file is no tokens', async (t) => {
  const path = await file(t)
  assert.deepEqual(await readTokens(path), [])
  for (const text of ['', '[]', '{"tokens":[{"name":"x"}]}']) {
    await writeFile(path, text, { mode: 0o600 })
    await assert.rejects(readTokens(path), { code: 'configuration', next: /restore/ })
  }
  await writeFile(path, '{"tokens":[]}')
  await chmod(path, 0o644)
  await assert.rejects(readTokens(path), { code: 'configuration', next: /chmod 600/ })
})
