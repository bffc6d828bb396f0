import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { newVerifier, open } from '@modgate/gomod/note'
import {
  checkTree,
  equalHashes,
  formatHash,
  hashSize,
  parseHash,
  proveTree,
  recordHash,
  storedHashesForRecordHash,
  tileHashReader,
  treeHash,
  type Hash,
  type Tree,
} from '@modgate/gomod/tlog'
import { logWorld, moduleAt, recordText } from '../gateway/log/test-log.ts'
import { absent, exchangeBytes, testGate } from './test-gate.ts'

const records = 300

async function face(t: TestContext, basePath = '') {
  const world = logWorld()
  const log = world.open()
  t.after(() => log.close())
  await Promise.all(Array.from({ length: records }, (_, i) => log.append(moduleAt(i), recordText(moduleAt(i)))))
  const gate = await testGate(t, absent, { log, basePath })
  const at = `${gate.url}${basePath}`
  const bytes = async (path: string) => {
    const answer = await fetch(at + path)
    assert.equal(answer.status, 200, path)
    return new Uint8Array(await answer.arrayBuffer())
  }
  return { ...gate, at, bytes, log, verifier: newVerifier(world.keys.verifier) }
}

type Face = Awaited<ReturnType<typeof face>>

async function treeOf({ bytes, verifier }: Face): Promise<Tree> {
  const [origin, size, root] = open(await bytes('/checkpoint'), [verifier]).text.split('\n')
  assert.equal(origin, verifier.name)
  return { size: Number(size), hash: parseHash(root!) }
}

/** Entries of a bundle, each behind a big-endian uint16. */
function entriesOf(bundle: Uint8Array): readonly Uint8Array[] {
  const entries: Uint8Array[] = []
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.length)
  for (let at = 0; at < bundle.length; at += 2 + view.getUint16(at)) {
    entries.push(bundle.subarray(at + 2, at + 2 + view.getUint16(at)))
  }
  return entries
}

test('the root of the signed checkpoint is that of the entries, and the tiles hold their hashes', async (t) => {
  const gate = await face(t)
  const tree = await treeOf(gate)
  assert.equal(tree.size, records)
  const bundles = [await gate.bytes('/tile/entries/000'), await gate.bytes(`/tile/entries/001.p/${records - 256}`)]
  const entries = bundles.flatMap(entriesOf)
  const stored: Hash[] = []
  const reader = { readHashes: async (indexes: readonly number[]) => indexes.map((index) => stored[index]!) }
  for (const [i, entry] of entries.entries())
    stored.push(...(await storedHashesForRecordHash(i, recordHash(entry), reader)))
  assert.equal(formatHash(await treeHash(records, reader)), formatHash(tree.hash))
  const tiles = Buffer.concat([await gate.bytes('/tile/0/000'), await gate.bytes(`/tile/0/001.p/${records - 256}`)])
  for (const [i, entry] of entries.entries())
    assert.ok(equalHashes(recordHash(entry), tiles.subarray(i * hashSize, (i + 1) * hashSize)), `leaf ${i}`)
})

test('the tiles alone prove that an older tree is its beginning', async (t) => {
  const gate = await face(t)
  const tree = await treeOf(gate)
  const reader = tileHashReader(tree, {
    height: 8,
    readTiles: (tiles) =>
      Promise.all(
        tiles.map(({ l, n, w }) => gate.bytes(`/tile/${l}/${String(n).padStart(3, '0')}${w < 256 ? `.p/${w}` : ''}`)),
      ),
    saveTiles: async () => undefined,
  })
  const older = { size: 257, hash: await treeHash(257, reader) }
  checkTree(await proveTree(tree.size, older.size, reader), tree, older)
})

test('tiles may be kept for ever, the checkpoint for a moment; HEAD and gzip work as elsewhere', async (t) => {
  const { at } = await face(t)
  const rows = [
    ['/checkpoint', 'text/plain; charset=utf-8', 'max-age=1'],
    ['/tile/0/000', 'application/octet-stream', 'max-age=31536000, immutable'],
    ['/tile/0/001.p/1', 'application/octet-stream', 'max-age=31536000, immutable'],
    ['/tile/entries/000', 'application/octet-stream', 'max-age=31536000, immutable'],
  ] as const
  for (const [path, type, caching] of rows) {
    const answer = await fetch(at + path)
    assert.equal(answer.headers.get('content-type'), type, path)
    assert.equal(answer.headers.get('cache-control'), caching, path)
    const plain = await fetch(at + path, { headers: { 'accept-encoding': 'identity' } })
    const head = await fetch(at + path, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } })
    assert.equal(head.status, 200)
    assert.equal(head.headers.get('content-length'), String((await plain.arrayBuffer()).byteLength), path)
  }
  const bundle = await fetch(`${at}/tile/entries/000`, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(bundle.headers.get('content-encoding'), 'gzip')
  assert.equal(entriesOf(new Uint8Array(await bundle.arrayBuffer())).length, 256)
  assert.equal((await fetch(`${at}/tile/0/000`)).headers.get('content-encoding'), null)
})

test('what is no path of a tile is refused, and what the tree has not is not there', async (t) => {
  const { port } = await face(t)
  const rows: readonly (readonly [path: string, status: number])[] = [
    ['/tile/0/000.p/0', 400],
    ['/tile/0/000.p/256', 400],
    ['/tile/0/000.p/01', 400],
    ['/tile/0/000.p/-1', 400],
    ['/tile/00/000', 400],
    ['/tile/64/000', 400],
    ['/tile/-1/000', 400],
    ['/tile/data/000', 400],
    ['/tile/8/0/000', 400],
    ['/tile/0/0', 400],
    ['/tile/0/001/000', 400],
    ['/tile/0/x000/000', 400],
    ['/tile/0/x1/000', 400],
    ['/tile/0/../0/000', 400],
    ['/tile/entries/..%2f000', 400],
    ['/tile/entries/000/', 400],
    ['/tile/', 400],
    [`/tile/0/${'x000/'.repeat(300)}000`, 400],
    [`/tile/0/${'x999/'.repeat(5)}999`, 400],
    ['/tile/0/001', 404],
    ['/tile/0/001.p/45', 404],
    ['/tile/0/002', 404],
    ['/tile/1/000', 404],
    ['/tile/63/000.p/1', 404],
    ['/tile/entries/001', 404],
    ['/tile/entries/x999/999', 404],
    ['/checkpoint/', 404],
    ['/tile', 404],
  ]
  for (const [path, status] of rows) {
    const answer = await exchangeBytes(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `), path.slice(0, 100))
  }
})

test('the face stands below the base path, and only there', async (t) => {
  const gate = await face(t, '/go')
  assert.equal((await treeOf(gate)).size, records)
  assert.equal((await fetch(`${gate.url}/checkpoint`)).status, 404)
})

test('a gate without a log says so', async (t) => {
  const { url } = await testGate(t, absent)
  for (const path of ['/checkpoint', '/tile/0/000', '/tile/nonsense']) {
    const answer = await fetch(url + path)
    assert.equal(answer.status, 404)
    assert.match(await answer.text(), /this gate has no log of its own\nrefused by: modgate --log-name off\nnext: /)
  }
})
