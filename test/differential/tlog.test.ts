import * as tlog from '@modgate/gomod/tlog'
import { type Difference, differential, passed } from './compare.ts'
import { publishedFiles } from './published.ts'
import type { Random } from './random.ts'

const { TlogError } = tlog
const marks = ['\n', '\n\n', '\r', '\t', ' ', '+', '=', '==', '0', '9', '-', '/', 'x', 'A', '\u00a0', '\ufeff', '\0', '.p/', 'x001/', 'data'] // prettier-ignore
const root = 'nND/nri/U0xuHUrYSy0HtMeal2vzD9V4k/BO79C+QeI='

/** A number of any size that has an exact index in the log. */
const count = (random: Random) => (random.once(2) ? random.below(1000) : random.large(2 ** 51))

type Numbered = { readonly id?: number; readonly size?: number; readonly n?: number; readonly l?: number }

/** Numbers end at 2^53-1, where JavaScript's stop to be exact; no log comes near. */
const tooLarge: Difference<readonly unknown[]> = {
  why: 'a number beyond 2^53-1, or a tree beyond 2^52',
  holds: ({ ours, go }) => {
    if ('value' in ours || 'error' in go) return false
    const { id = 0, size = 0, n = 0 } = go.value as Numbered
    return id > Number.MAX_SAFE_INTEGER || n > Number.MAX_SAFE_INTEGER || size > tlog.maxTreeSize
  },
}

/** Two spellings of one id would be two texts that mean the same record. */
const oneSpelling: Difference<readonly [message: Uint8Array]> = {
  why: 'an id with a sign or a leading zero',
  holds: ({ args: [message], ours, go }) =>
    'error' in ours && 'value' in go && /^([+-]|0[0-9])/.test(Buffer.from(message).toString('latin1')),
}

/** A hash has one spelling too, while Go's base64 passes over line breaks; in a tree head, a newline ends the hash. */
const brokenHash = (lineBreak: RegExp): Difference<readonly [text: string]> => ({
  why: 'a hash with a line break in it',
  holds: ({ args: [text], ours, go }) => 'error' in ours && 'value' in go && lineBreak.test(text),
})

differential('tlog reads and writes records and tree heads as Go does', async ({ random, agree }) => {
  const records = random.times(5000, () => {
    const record = `${count(random)}\na.test/x v1.0.0 h1:abc\na.test/x v1.0.0/go.mod h1:def\n\nrest of it\n`
    return [random.damage(Buffer.from(record), 3, [...marks, '9'.repeat(16)])] as const
  })
  const differences = [tooLarge, oneSpelling]
  await agree({ op: 'tlog.parseRecord', inputs: records, ours: tlog.parseRecord, refusal: TlogError, differences })
  const texts = records.map(([text]) => [random.below(1000), text.subarray(0, 4 + random.below(60))] as const)
  await agree({ op: 'tlog.formatRecord', inputs: texts, ours: tlog.formatRecord, refusal: TlogError })
  const heads = random.times(5000, () => {
    const head = `go.sum database tree\n${count(random)}\n${root}\nmore\n`
    return [random.damageText(head, 2, [...marks, '9'.repeat(16)])] as const
  })
  await agree({
    op: 'tlog.parseTree',
    inputs: heads,
    ours: (head) => hashed(tlog.parseTree(head)),
    refusal: TlogError,
    differences: [tooLarge, brokenHash(/\r/)],
  })
  const trees = random.times(500, () => [{ size: count(random), hash: root }] as const)
  const formatTree = ({ size, hash }: { size: number; hash: string }) =>
    tlog.formatTree({ size, hash: tlog.parseHash(hash) })
  await agree({ op: 'tlog.formatTree', inputs: trees, ours: formatTree })
  const hashes = random.times(2000, () => [random.damageText(root, 1, marks)] as const)
  const parseHash = (text: string) => tlog.formatHash(tlog.parseHash(text))
  await agree({
    op: 'tlog.parseHash',
    inputs: hashes,
    ours: parseHash,
    refusal: TlogError,
    differences: [brokenHash(/[\r\n]/)],
  })
})

function hashed({ size, hash }: tlog.Tree): { size: number; hash: string } {
  return { size, hash: tlog.formatHash(hash) }
}

differential('tlog counts stored hashes and tiles as Go does', async ({ random, agree }) => {
  const nodes = random.times(4000, () => {
    const level = random.below(50)
    return [level, random.large(2 ** (51 - level))] as const
  })
  await agree({ op: 'tlog.storedHashIndex', inputs: nodes, ours: tlog.storedHashIndex })
  const indexes = random.times(4000, () => [count(random)] as const)
  await agree({ op: 'tlog.splitStoredHashIndex', inputs: indexes, ours: tlog.splitStoredHashIndex })
  await agree({ op: 'tlog.storedHashCount', inputs: indexes, ours: tlog.storedHashCount })
  const inTiles = indexes.map(([index]) => [1 + random.below(30), index] as const)
  await agree({ op: 'tlog.tileForIndex', inputs: inTiles, ours: tlog.tileForIndex })
  const growth = random.times(500, () => {
    const older = (random.once(2) ? 0 : random.large(2 ** 50)) + random.below(900)
    return [1 + random.below(9), older, older + random.below(900)] as const
  })
  await agree({ op: 'tlog.newTiles', inputs: growth, ours: tlog.newTiles })
})

function anyTile(random: Random): tlog.Tile {
  const h = 1 + random.below(30)
  const n = random.pick([random.below(999), random.below(2 ** 30), random.large(2 ** 49)])
  return { h, l: random.once(9) ? -1 : random.below(64), n, w: random.once(2) ? 2 ** h : 1 + random.below(2 ** h) }
}

differential('tlog reads and writes tile paths as Go does', async ({ random, agree }) => {
  const tiles = random.times(3000, () => [anyTile(random)] as const)
  await agree({ op: 'tlog.tilePath', inputs: tiles, ours: tlog.tilePath })
  const paths = tiles.map(([tile]) => [random.damageText(tlog.tilePath(tile), 2, marks)] as const)
  const differences = [tooLarge, noSuchLevel]
  await agree({ op: 'tlog.parseTilePath', inputs: paths, ours: tlog.parseTilePath, refusal: TlogError, differences })
})

const noSuchLevel: Difference<readonly [path: string]> = {
  why: 'a level above 63, which no tree has',
  holds: ({ ours, go }) => 'error' in ours && 'value' in go && ((go.value as Numbered).l ?? 0) > 63,
}

const size = 200

differential('tlog grows a tree, proves and checks as Go does', async ({ random, agree }) => {
  const tree = tlog.memoryTree()
  const records = Array.from({ length: size }, (_, n) => [Buffer.from(`record ${n}\n`)] as const)
  const append = async (record: Uint8Array) => {
    const stored = await tlog.storedHashes(tree.size, record, tree)
    tree.append(record)
    return stored
  }
  await agree({ op: 'tlog.append', inputs: records, ours: append })
  await agree({ op: 'tlog.recordHash', inputs: records, ours: tlog.recordHash })
  const sizes = Array.from({ length: size + 1 }, (_, n) => [n] as const)
  await agree({ op: 'tlog.treeHash', inputs: sizes, ours: (n) => tlog.treeHash(n, tree) })
  const pairs = random.times(2500, () => [random.below(size + 2), random.below(size + 2)] as const)
  const proveRecord = (all: number, n: number) => tlog.proveRecord(all, n, tree)
  await agree({ op: 'tlog.proveRecord', inputs: pairs, ours: proveRecord, refusal: TlogError })
  const proveTree = (all: number, older: number) => tlog.proveTree(all, older, tree)
  await agree({ op: 'tlog.proveTree', inputs: pairs, ours: proveTree, refusal: TlogError })
  const tiles = random.times(500, () => {
    const h = 1 + random.below(5)
    return [{ h, l: random.below(3), n: random.below(12), w: 1 + random.below(2 ** h) }] as const
  })
  const readTileData = (tile: tlog.Tile) => tlog.readTileData(tile, tree)
  await agree({ op: 'tlog.readTileData', inputs: tiles, ours: readTileData, refusal: TlogError })
  const proofs = await Promise.all(random.times(1500, () => lyingRecordProof(random, tree)))
  const checkRecord = passed((proof: tlog.Proof, head: tlog.Tree, n: number, hash: tlog.Hash) =>
    tlog.checkRecord(proof, head, { n, hash }),
  )
  await agree({ op: 'tlog.checkRecord', inputs: proofs, ours: checkRecord, refusal: TlogError })
  const consistency = await Promise.all(random.times(1500, () => lyingTreeProof(random, tree)))
  await agree({ op: 'tlog.checkTree', inputs: consistency, ours: passed(tlog.checkTree), refusal: TlogError })
  const reads = await Promise.all(random.times(1500, () => tileRead(random, tree)))
  await agree({ op: 'tlog.hashFromTile', inputs: reads, ours: tlog.hashFromTile, refusal: TlogError })
})

/** Now and then changes, drops, doubles or adds a hash. */
function lie(random: Random, proof: tlog.Proof): tlog.Proof {
  const other = tlog.recordHash(Buffer.from([random.below(256)]))
  const at = random.below(proof.length + 1)
  return random.pick([proof, proof, proof.with(-1, other), proof.toSpliced(at, 1), proof.toSpliced(at, 0, other)])
}

const changed = (random: Random, n: number) => (random.once(6) ? n + 1 - random.below(3) : n)

async function lyingRecordProof(random: Random, tree: tlog.MemoryTree) {
  const all = 2 + random.below(size - 1)
  const n = random.below(all)
  const proof = lie(random, await tlog.proveRecord(all, n, tree))
  const [hash] = await tree.readHashes([tlog.storedHashIndex(0, random.once(8) ? 0 : n)])
  const head = { size: changed(random, all), hash: await tlog.treeHash(all, tree) }
  return [proof, head, Math.max(0, changed(random, n)), hash!] as const
}

async function lyingTreeProof(random: Random, tree: tlog.MemoryTree) {
  const all = 3 + random.below(size - 2)
  const older = 1 + random.below(all - 1)
  const proof = lie(random, await tlog.proveTree(all, older, tree))
  const head = { size: changed(random, all), hash: await tlog.treeHash(all, tree) }
  return [proof, head, { size: changed(random, older), hash: await tlog.treeHash(older, tree) }] as const
}

async function tileRead(random: Random, tree: tlog.MemoryTree) {
  const index = random.below(tlog.storedHashCount(size))
  const tile = tlog.tileForIndex(1 + random.below(5), index)
  const data = await tlog.readTileData(tile, tree)
  const cut = random.once(6) ? data.subarray(0, 32 * random.below(tile.w)) : data
  return [tile, cut, Math.max(0, random.once(6) ? index + random.below(9) - 4 : index)] as const
}

differential('tlog checks the proofs of a public log that Go publishes', async ({ agree }) => {
  const files = await publishedFiles('sumdb/tlog/testdata/argon2020')
  const json = (name: string): unknown =>
    JSON.parse(Buffer.from(files.find((file) => file.name === name)!.data).toString())
  const head = json('sth.json') as { readonly tree_size: number; readonly sha256_root_hash: string }
  const { leaf_index: n, audit_path: path } = json('proof.json') as { leaf_index: number; audit_path: string[] }
  const { entries } = json('entries.json') as { entries: { leaf_input: string }[] }
  const leaf = tlog.recordHash(Buffer.from(entries[0]!.leaf_input, 'base64'))
  const tree = { size: head.tree_size, hash: tlog.parseHash(head.sha256_root_hash) }
  const checkRecord = passed((proof: tlog.Proof, newer: tlog.Tree, at: number, hash: tlog.Hash) =>
    tlog.checkRecord(proof, newer, { n: at, hash }),
  )
  const proof = path.map(tlog.parseHash)
  const inputs = [[proof, tree, n, leaf] as const, [proof, tree, n + 1, leaf] as const]
  await agree({ op: 'tlog.checkRecord', inputs, ours: checkRecord, refusal: TlogError })
})
