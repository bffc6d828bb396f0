import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { newSigner } from '@modgate/gomod/note'
import { formatHash, hashSize, type Tile } from '@modgate/gomod/tlog'
import type { Context } from '../../core/context.ts'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, ModuleVersion } from '../../core/ports.ts'
import { memoryCheckpoints } from '../../store/memory-store.ts'
import { readOnlyCheckpoints } from '../../store/read-only-checkpoints.ts'
import type { AuditOptions, Damage } from './audit-place.ts'
import { grow } from './grown-tree.ts'
import { auditLog } from './log-audit.ts'
import { formatBundle } from './log-bundle.ts'
import { formatHead, parseHead, signedHead } from './log-head.ts'
import { logNames } from './log-names.ts'
import { logTiles } from './log-tiles.ts'
import { publicComparison } from './public-comparison.ts'
import { killedAt, logWorld, moduleAt, recordText, testClock, type LogWorld } from './test-log.ts'

const names = logNames('gate.example/log')
const count = 700

/** A disk whose names can be listed, and copied. */
type Disk = Checkpoints & { readonly names: Set<string>; copy(): Promise<Disk> }

function listable(): Disk {
  const below = memoryCheckpoints(testClock)
  const known = new Set<string>()
  return {
    ...below,
    names: known,
    replace: (name, ...rest) => (known.add(name), below.replace(name, ...rest)),
    write: (name, next) => (known.add(name), below.write(name, next)),
    remove: (name, old) => (known.delete(name), below.remove(name, old)),
    async copy() {
      const copied = listable()
      for (const name of known) {
        const found = await below.read(name)
        if (found) await copied.write(name, found.bytes)
      }
      return copied
    },
  }
}

const appendAll = async (world: LogWorld, disk: Checkpoints, from: number, to: number) => {
  const log = world.open({ checkpoints: disk })
  const all = Array.from({ length: to - from }, (_, i) =>
    log.append(moduleAt(from + i), recordText(moduleAt(from + i))),
  )
  await Promise.all(all)
  await log.close()
}

async function* below(disk: Disk, prefix: string) {
  for (const key of disk.names) if (key.startsWith(prefix)) yield { key }
}

async function audited(world: LogWorld, disk: Disk, more: Partial<AuditOptions> = {}) {
  const completed = readOnlyCheckpoints(disk, testClock)
  const guard = { ...world.guard, read: () => world.guard.read(), write: async () => undefined }
  const log = world.open({ checkpoints: completed, guard })
  const damages: Damage[] = []
  const found = async (damage: Damage) => void damages.push(damage)
  const result = await auditLog({ log, disk, completed, found, list: (prefix) => below(disk, prefix), ...more })
  return { ...result, damages }
}

const context: Context = {
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}

async function repair(disk: Disk, damages: readonly Damage[]): Promise<void> {
  for (const { file, rebuilt } of damages) {
    if (rebuilt) await disk.write(file, rebuilt)
    else if (rebuilt === null) await disk.remove(file, (await disk.read(file))!.bytes)
  }
}

const world = logWorld()
const sound = listable()
before(async () => {
  await appendAll(world, sound, 0, 300)
  await appendAll(world, sound, 300, count)
})

test('a log of two thousand records that nobody touched is clean, and every record was looked at', async () => {
  const [other, disk] = [logWorld(), listable()]
  await appendAll(other, disk, 0, 2000)
  const { damages, ...result } = await audited(other, disk)
  assert.deepEqual(damages, [])
  assert.deepEqual([result.size, result.rootHolds, result.audited], [2000, true, 2000])
})

test('an empty log is clean', async () => {
  const { damages, size, rootHolds } = await audited(logWorld(), listable())
  assert.deepEqual([damages, size, rootHolds], [[], 0, true])
})

const hashes = (l: number, n: number, w: number): string => names.tile({ h: 8, l, n, w })
const records = (n: number, w: number): Tile => ({ h: 8, l: -1, n, w })
const flip = (old: Uint8Array, at = 40) => old.map((byte, i) => (i === at ? byte ^ 1 : byte))
const text = (change: (old: string) => string) => (old: Uint8Array) => Buffer.from(change(Buffer.from(old).toString()))
const lookup3 = names.lookup(moduleAt(3))

const rows: readonly [
  claim: string,
  file: string,
  change: ((old: Uint8Array) => Uint8Array) | undefined,
  says: RegExp,
  mendable: boolean,
][] = [
  ['a forged full tile', hashes(0, 1, 256), flip, /does not hold the hashes/, true],
  ['a forged tile at the edge', hashes(0, 2, 188), flip, /does not hold the hashes/, true],
  ['a forged tile of the level above', hashes(1, 0, 2), flip, /does not hold the hashes/, true],
  ['a tile that is cut', hashes(0, 0, 256), (old) => old.subarray(0, 3 * hashSize), /does not hold/, true],
  ['a tile that is gone', hashes(0, 0, 256), undefined, /is not there/, true],
  ['an upper tile that is gone', hashes(1, 0, 2), undefined, /is not there/, true],
  [
    'a tampered record',
    names.tile(records(0, 256)),
    text((old) => old.replace('h1:A', 'h1:B')),
    /record 0 is not what/,
    false,
  ],
  [
    'a tampered last record',
    names.tile(records(2, 188)),
    text((old) => old.replace(/A=\n\n$/, 'B=\n\n')),
    /record 699 is not/,
    false,
  ],
  [
    'records in another order',
    names.tile(records(1, 256)),
    text((old) => old.split('\n\n').reverse().join('\n\n')),
    /records? \d+/,
    false,
  ],
  [
    'a record tile that is cut',
    names.tile(records(0, 256)),
    (old) => old.subarray(0, 1000),
    /records \d+, .* and \d+ more/,
    false,
  ],
  ['a record tile that is gone', names.tile(records(2, 188)), undefined, /is not there/, false],
  ['a lookup with another hash', lookup3, text((old) => old.replace('h1:A', 'h1:B')), /does not hold record 3/, true],
  ['a lookup with another number', lookup3, text((old) => old.replace('3\n', '4\n')), /does not hold record 3/, true],
  ['times that are gone', names.times(records(1, 256)), undefined, /holds no times/, true],
  [
    'times that go back',
    names.times(records(1, 256)),
    text((old) => old.replaceAll(/^\d/gm, '0')),
    /does not fit/,
    true,
  ],
  ['a head that is none', names.head, () => Buffer.from('{}'), /format of a head/, false],
  [
    'a face that was not signed',
    names.head,
    text((old) => old.replace('go.sum database tree', 'go.sum database Tree')),
    /faces/,
    false,
  ],
  [
    'the root of another tree',
    names.head,
    text((old) => old.replace(/"root": "..../, '"root": "AAAA')),
    /do not lead to the root/,
    false,
  ],
]

for (const [claim, file, change, says, mendable] of rows) {
  test(`${claim} is found, named, and ${mendable ? 'written anew' : 'not taken for what can be written anew'}`, async () => {
    const disk = await sound.copy()
    const old = (await disk.read(file))!.bytes
    if (change) await disk.write(file, change(old))
    else await disk.remove(file, old)
    const { damages } = await audited(world, disk)
    const found = damages.find((damage) => damage.file === file && says.test(damage.why))
    assert.ok(found, JSON.stringify(damages))
    assert.equal(found.rebuilt !== undefined, mendable)
    await repair(disk, damages)
    const again = await audited(world, disk)
    if (mendable) assert.deepEqual(again.damages, [])
    else assert.ok(again.damages.length > 0)
    if (mendable && !file.includes('/times/'))
      assert.deepEqual(Buffer.from((await disk.read(file))!.bytes), Buffer.from(old))
  })
}

test('a record forged in every file that holds it does not lead to the signed root, and nothing of it is rebuilt', async () => {
  const [other, forged] = [logWorld(world.keys), listable()]
  const log = other.open({ checkpoints: forged })
  for (let i = 0; i < 5; i++) await log.append(moduleAt(i), recordText(moduleAt(i), i === 2 ? 'B' : 'A'))
  await log.close()
  const [honest, disk] = [logWorld(world.keys), listable()]
  await appendAll(honest, disk, 0, 5)
  for (const name of forged.names) {
    const found = await forged.read(name)
    if (found && name !== names.head) await disk.write(name, found.bytes)
  }
  const { rootHolds, damages } = await audited(honest, disk)
  assert.equal(rootHolds, false)
  assert.ok(damages.some(({ file, why }) => file === names.head && /do not lead to the root/.test(why)))
  assert.ok(damages.every(({ rebuilt }) => rebuilt === undefined))
})

test('a lookup of a version that the log does not have is surplus, and has to go', async () => {
  const disk = await sound.copy()
  const ghost: ModuleVersion = { path: 'ghost.example', version: 'v1.0.0' }
  await disk.write(names.lookup(ghost), Buffer.from(`3\n${recordText(ghost)}`))
  const { damages } = await audited(world, disk)
  assert.deepEqual(damages.map(({ file, rebuilt }) => [file, rebuilt]), [[names.lookup(ghost), null]]) // prettier-ignore
  await repair(disk, damages)
  assert.deepEqual((await audited(world, disk)).damages, [])
})

test('a lookup that is gone is no damage: the records have all that it says', async () => {
  const disk = await sound.copy()
  await disk.remove(lookup3, (await disk.read(lookup3))!.bytes)
  assert.deepEqual((await audited(world, disk)).damages, [])
})

test('a version that the log has twice is found', async () => {
  const [other, disk] = [logWorld(), listable()]
  await appendAll(other, disk, 0, 3)
  await appendTwice(other, disk)
  const { damages } = await audited(other, disk)
  assert.match(damages.map(({ why }) => why).join('\n'), /a version twice, as record 1 and as record 3/)
})

/** What no gate does: whoever has the key, and means harm, signs a second record of a version. */
async function appendTwice({ keys }: LogWorld, disk: Checkpoints): Promise<void> {
  const before = parseHead((await disk.read(names.head))!.bytes)
  const records = [{ module: moduleAt(1), text: recordText(moduleAt(1), 'B') }]
  const grown = await grow(before.tree, logTiles(disk, names).reader(before.tree), [Buffer.from(records[0]!.text)])
  const root = formatHash(before.tree.hash)
  const bundle = { start: before.tree.size, root, previous: before.bundle, time: 1, records }
  await disk.write(names.bundle('harm'), formatBundle(bundle))
  const head = signedHead(grown.tree, newSigner(keys.signer), { signedAt: 1, bundle: 'harm' })
  await disk.write(names.head, formatHead(head))
}

test('a head that was put back, or is gone, removes no lookup of a newer record', async () => {
  for (const change of ['back', 'gone'] as const) {
    const [other, disk] = [logWorld(), listable()]
    await appendAll(other, disk, 0, 3)
    const old = (await disk.read(names.head))!.bytes
    await appendAll(other, disk, 3, 5)
    if (change === 'back') await disk.write(names.head, old)
    else await disk.remove(names.head, (await disk.read(names.head))!.bytes)
    const { damages } = await audited(other, disk)
    assert.match(damages.map(({ why }) => why).join('\n'), /backup was restored|head was removed/)
    assert.ok(damages.every(({ rebuilt }) => rebuilt !== null))
  }
})

test('a restored backup is found by the guard', async () => {
  const [other, disk] = [logWorld(), listable()]
  await appendAll(other, disk, 0, 3)
  const backup = await disk.copy()
  await appendAll(other, disk, 3, 5)
  const { damages } = await audited(other, backup)
  assert.match(damages.map(({ why }) => why).join('\n'), /a backup was restored/)
  assert.ok(damages.every(({ rebuilt }) => rebuilt === undefined))
})

test('an append that was cut off is no damage, and nothing on the disk changes', async () => {
  for (const at of [2, 3, 4, 6, 9]) {
    const [other, disk] = [logWorld(), listable()]
    await appendAll(other, disk, 0, 4)
    const killed = other.open({ checkpoints: killedAt(disk, at, 'after') })
    await killed.append(moduleAt(4), recordText(moduleAt(4))).catch(() => undefined)
    await killed.close().catch(() => undefined)
    const before = await disk.copy()
    assert.deepEqual((await audited(other, disk)).damages, [], `killed at change ${at}`)
    assert.deepEqual([...disk.names].sort(), [...before.names].sort().concat([...disk.names].filter((name) => !before.names.has(name))).sort()) // prettier-ignore
  }
})

test('a gate that appends meanwhile is no damage', async () => {
  const [other, disk] = [logWorld(), listable()]
  await appendAll(other, disk, 0, 520)
  const log = other.open({ checkpoints: disk })
  let next = 520
  const { damages } = await audited(other, disk, {
    onRecords: () => void log.append(moduleAt(next), recordText(moduleAt(next++))),
    compare: async () => new Promise((resolve) => setImmediate(resolve)),
  })
  await log.close()
  assert.deepEqual(damages, [])
})

test('it stops where it is told to', async () => {
  const stopping = new AbortController()
  const onRecords = () => stopping.abort()
  await assert.rejects(audited(world, sound, { signal: stopping.signal, onRecords }), { name: 'AbortError' })
})

test('public records are compared with the database, private names never asked, and a database that is down is asked no more', async () => {
  const asked: string[] = []
  let down = false
  const differing: string[] = []
  const comparison = publicComparison({
    private: 'm1.example',
    isFirstSeen: async ({ path }) => path === 'm4.example/x',
    context,
    differs: async ({ path }, why) => void differing.push(`${path}: ${why}`),
    records: {
      name: 'sum.example',
      async lookup({ path }) {
        asked.push(path)
        const failure = (code: 'no-record' | 'database-unreachable') => new Failure(code, { asked: path, who: 'sum.example', why: 'down' }) // prettier-ignore
        if (down) throw failure('database-unreachable')
        if (path.startsWith('m2.')) throw failure('no-record')
        const h1 = `h1:${(path.startsWith('m3.') ? 'B' : 'A').repeat(43)}=`
        return { zip: h1, goMod: h1 }
      },
    },
  })
  for (let i = 0; i < 5; i++) await comparison.compare(moduleAt(i), recordText(moduleAt(i)))
  assert.deepEqual(asked, ['m0.example/x', 'm2.example/x', 'm3.example/x'])
  assert.deepEqual({ ...comparison.counts }, { agree: 1, differ: 2, private: 2, unasked: 0 })
  assert.match(differing.join('\n'), /m2.example\/x: sum.example has no record[^]*m3.example\/x: sum.example has h1:B/)
  down = true
  for (let i = 10; i < 100; i++) await comparison.compare(moduleAt(i), recordText(moduleAt(i)))
  assert.equal(comparison.counts.unasked, 90)
  assert.equal(asked.length, 3 + 32)
})
