import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newVerifier, open } from '../note/index.ts'
import { parseRecord, parseTree, recordHash } from '../tlog/index.ts'
import { memoryDatabase, serve, SumdbError } from './index.ts'
import { fill, goSum, keys } from './testing.ts'

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const database = memoryDatabase(keys.signer, async (path, version) => {
  if (path.startsWith('missing.test')) throw new SumdbError('not-found', `${path}@${version}: unknown`)
  if (path.startsWith('broken.test')) throw new Error('secret detail')
  if (path.startsWith('bad.test')) return 'a\n\nb\n'
  return goSum()(path, version)
})
await fill(database, 300)

test('a lookup answers the record and a signed head that covers it', async () => {
  const { status, contentType, body } = await serve(database, '/lookup/example.test/!new@v1.2.3-!r!c.1')
  assert.deepEqual([status, contentType], [200, 'text/plain; charset=UTF-8'])
  const { id, text, rest } = parseRecord(body)
  const head = parseTree(open(rest, [newVerifier(keys.verifier)]).text)
  assert.equal(decode(text), await goSum()('example.test/New', 'v1.2.3-RC.1'))
  assert.ok(id < head.size)
})

test('a version is appended once, however many ask', async () => {
  const answers = await Promise.all(
    Array.from({ length: 9 }, () => serve(database, '/lookup/example.test/once@v1.0.0')),
  )
  assert.equal(new Set(answers.map(({ body }) => parseRecord(body).id)).size, 1)
})

test('the latest head is signed', async () => {
  const { status, body } = await serve(database, '/latest')
  assert.equal(status, 200)
  assert.ok(parseTree(open(body, [newVerifier(keys.verifier)]).text).size >= 300)
})

test('tiles of hashes and of records describe the same records', async () => {
  const hashes = await serve(database, '/tile/8/0/000')
  assert.deepEqual([hashes.status, hashes.contentType, hashes.body.length], [200, 'application/octet-stream', 256 * 32])
  const records = await serve(database, '/tile/8/data/000')
  const texts = decode(records.body).split('\n\n').slice(0, -1)
  assert.equal(texts.length, 256)
  for (const [i, text] of texts.entries()) {
    const hash = recordHash(new TextEncoder().encode(`${text}\n`))
    assert.deepEqual(Buffer.from(hash), Buffer.from(hashes.body.subarray(i * 32, (i + 1) * 32)))
  }
  assert.equal((await serve(database, '/tile/8/0/001.p/44')).body.length, 44 * 32)
})

const refused: readonly [path: string, status: number][] = [
  ['/', 404],
  ['/supported', 404],
  ['/latest/', 404],
  ['/lookup/', 400],
  ['/lookup/example.test/a', 400],
  ['/lookup/example.test/a@latest', 400],
  ['/lookup/example.test/a@v1', 400],
  ['/lookup/example.test/a@v1.0.0@v1.0.0', 400],
  ['/lookup/example.test/A@v1.0.0', 400],
  ['/lookup/example.test/a@v1.0.0-RC', 400],
  ['/lookup/../a@v1.0.0', 400],
  ['/lookup/missing.test/a@v1.0.0', 404],
  ['/tile/8/0/0', 400],
  ['/tile/8/0/900', 404],
  ['/tile/8/data/900', 404],
  ['/tile/8/63/000', 404],
  ['/tile/8/0/x017/x592/x186/x044/416', 404],
  ['/tile/8/data/x999/x999/x999/x999/999', 404],
  ['/tile/30/0/000', 404],
  ['/tile/30/data/000', 404],
]
for (const [path, status] of refused) {
  test(`${path} is answered ${status}`, async () => {
    assert.equal((await serve(database, path)).status, status)
  })
}

test('failures other than absence are left to the caller, who knows what may be told', async () => {
  await assert.rejects(serve(database, '/lookup/broken.test/a@v1.0.0'), /secret detail/)
  await assert.rejects(serve(database, '/lookup/bad.test/a@v1.0.0'), { name: 'SumdbError', kind: 'malformed' })
  const short = { ...database, readRecords: async () => [] }
  await assert.rejects(serve(short, '/lookup/example.test/m1@v1.0.0'), /0 of 1 records/)
})
