import { generateKey } from '@modgate/gomod/note'
import { memoryDatabase, memoryOps, serve, SumdbError, sumdbClient } from '@modgate/gomod/sumdb'
import { newTiles, tilePath } from '@modgate/gomod/tlog'
import { createHash } from 'node:crypto'
import { type Difference, differential } from './compare.ts'
import type { Random } from './random.ts'

/** What a client sees: the files of a database, which may all be lies, and the head that it pinned before. */
interface SeenDatabase {
  readonly key: string
  readonly tileHeight: number
  readonly pin: Uint8Array
  readonly files: Readonly<Record<string, Uint8Array>>
}

type Input = readonly [database: SeenDatabase, path: string, version: string]

const name = 'sum.example'
const keys = generateKey(name, new Uint8Array(32).fill(1))
const tileHeight = 2
// prettier-ignore
const marks = ['\n', '\n\n', ' ', '+', '=', '0', '9', '-', '—', '— ', '/', 'A', 'h1:', '\0', 'v1.0.0', 'example.test/m1 v1.0.0 h1:']

class NoFile extends Error {}

const h1 = (text: string): string => `h1:${createHash('sha256').update(text).digest('base64')}`

/** Honest go.sum lines, which differ by `salt`: two databases with one key that contradict each other. */
const goSum = (salt: string) => async (path: string, version: string) =>
  `${path} ${version} ${h1(salt + path)}\n${path} ${version}/go.mod ${h1(path)}\n`

/** The answers of a database at one size. */
interface Snapshot {
  readonly head: Uint8Array
  readonly files: Readonly<Record<string, Uint8Array>>
}

/** All answers of a database after each record that it takes in. */
async function history(records: number, salt: string): Promise<readonly Snapshot[]> {
  const database = memoryDatabase(keys.signer, goSum(salt))
  const snapshots = [{ head: await database.signed(), files: {} }]
  for (let size = 1; size <= records; size++) {
    await database.lookup(`example.test/m${size - 1}`, 'v1.0.0')
    const lookups = Array.from({ length: size }, (_, n) => `/lookup/example.test/m${n}@v1.0.0`)
    const tiles = newTiles(tileHeight, 0, size).map((tile) => `/${tilePath(tile)}`)
    // Serving signs the head each time, which is slow; all answers of one size carry the same one.
    const head = await database.signed()
    const unsigned = { ...database, signed: async () => head }
    const bodies = await Promise.all([...lookups, ...tiles].map(async (path) => (await serve(unsigned, path)).body))
    snapshots.push({ head, files: Object.fromEntries([...lookups, ...tiles].map((path, i) => [path, bodies[i]!])) })
  }
  return snapshots
}

interface Histories {
  readonly honest: readonly Snapshot[]
  readonly forked: readonly Snapshot[]
}

/** A lookup in a database that may be forked from what was pinned, with damaged, missing or exchanged answers. */
function lookup(random: Random, { honest, forked }: Histories): Input {
  const size = 1 + random.below(honest.length - 1)
  const database = honest[size]!
  const pinned = random.pick(random.once(3) ? forked : honest)
  const path = `example.test/m${random.below(size)}`
  const asked = random.once(12) ? `example.test/m${random.below(size)}` : path
  const isTile = ([file]: readonly [string, Uint8Array]) => file.startsWith('/tile/')
  const [first, second] = random.once(2) ? [database, pinned] : [pinned, database]
  const tiles = Object.entries({ ...first.files, ...second.files }).filter(isTile)
  const answer = database.files[`/lookup/${asked}@v1.0.0`]!
  const files = damage(random, [...tiles, [`/lookup/${path}@v1.0.0`, answer]])
  const pin = random.once(2) ? pinned.head : new Uint8Array()
  return [{ key: keys.verifier, tileHeight, pin, files }, path, 'v1.0.0']
}

function damage(random: Random, files: readonly (readonly [string, Uint8Array])[]): Record<string, Uint8Array> {
  const isHit = random.pick([
    () => false,
    (path: string) => path.startsWith('/lookup'),
    (path: string) => path.startsWith('/tile') && random.once(3),
    () => random.once(4),
  ])
  const kept = files.filter(() => !random.once(60))
  return Object.fromEntries(
    kept.map(([path, body]) => [path, isHit(path) ? random.damage(body, 2, marks) : body] as const),
  )
}

/** Go's client answers no lines for an authentic record that says nothing of the module, and leaves it to its caller to notice. */
const missingLine: Difference<Input> = {
  why: 'an authentic record of another module is an error at once',
  holds: ({ ours, go }) =>
    'error' in ours &&
    / has no line /.test(ours.error.message) &&
    'value' in go &&
    (go.value as { readonly lines: unknown }).lines === null,
}

/** Go's client begins with a look at the tiles of the pinned tree, on which nothing depends that follows; ours does without. */
const pinnedTiles: Difference<Input> = {
  why: 'tiles of the pinned tree are damaged, but not asked for',
  holds: ({ ours, go }) =>
    'value' in ours && 'error' in go && /initializing sumdb.Client: checking tree#/.test(go.error.message),
}

differential('a client believes and refuses the lookups that Go does, and pins the same head', async (judge) => {
  const { random, agree } = judge
  const histories = { honest: await history(48, ''), forked: await history(48, 'fork') }
  await agree({
    op: 'sumdb.lookup',
    inputs: random.times(1500, () => lookup(random, histories)),
    ours: async ({ key, pin, files }, path, version) => {
      const ops = memoryOps(async (file) => {
        const body = files[file]
        if (body === undefined) throw new NoFile(file)
        return body
      })
      ops.config.set(`${name}/latest`, pin)
      const lines = await sumdbClient(key, ops, { tileHeight }).lookup(path, version)
      return { lines, pin: ops.config.get(`${name}/latest`) }
    },
    refusal: [SumdbError, NoFile],
    differences: [missingLine, pinnedTiles],
  })
})
