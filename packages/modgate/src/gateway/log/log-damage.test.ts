import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CoveringLog } from './covering-log.ts'
import { fileGuard } from './log-guard.ts'
import { logWorld, moduleAt, recordText } from './test-log.ts'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = 'sumdb/gate.example/log'
const flipped = (old: Buffer) => Buffer.from(old.map((byte, i) => (i === old.length >> 1 ? byte ^ 1 : byte)))
const records = 300
const partial = records % 256

const readings: Record<string, (log: CoveringLog) => Promise<unknown>> = {
  find: (log) => log.find(moduleAt(1)),
  latest: (log) => log.latest(),
  checkpoint: (log) => log.checkpoint(),
  'full tile': (log) => log.readTile({ h: 8, l: 0, n: 0, w: 256 }),
  'narrow tile': (log) => log.readTile({ h: 8, l: 0, n: 1, w: 3 }),
  'top tile': (log) => log.readTile({ h: 8, l: 1, n: 0, w: 1 }),
  records: (log) => log.readRecords(2, 5),
  'last records': (log) => log.readRecords(records - 3, 3),
  append: (log) => log.append(moduleAt(900), recordText(moduleAt(900))),
}

const damages: readonly [claim: string, name: string, change: (old: Buffer) => Buffer, not: readonly string[]][] = [
  // What was found before is sealed by the tile above, and goes on to be found.
  ['a forged tile', 'tile/8/0/000', flipped, ['full tile', 'records']],
  ['a tile that was cut', 'tile/8/0/000', (old) => old.subarray(32), ['full tile', 'records']],
  [
    'a forged tile at the top',
    'tile/8/1/000.p/1',
    flipped,
    Object.keys(readings).filter((key) => key !== 'latest' && key !== 'checkpoint'),
  ],
  ['a forged tile at the edge', `tile/8/0/001.p/${partial}`, flipped, ['narrow tile', 'last records', 'append']],
  ['a forged tile of records', 'tile/8/data/000', flipped, ['records']],
  ['a forged tile of records at the edge', `tile/8/data/001.p/${partial}`, flipped, ['last records', 'append']],
  ['a tile of records that is empty', 'tile/8/data/000', () => Buffer.alloc(0), ['records']],
  ['a head that is no head', 'log-head', () => Buffer.from('{"size":3'), Object.keys(readings)],
  ['an empty head', 'log-head', () => Buffer.alloc(0), Object.keys(readings)],
  [
    'a head with another note',
    'log-head',
    (old) => Buffer.from(old.toString().replaceAll('go.sum database tree', 'go.sum database three')),
    ['latest', 'checkpoint', 'append'],
  ],
  [
    'a head with another checkpoint',
    'log-head',
    (old) => Buffer.from(old.toString().replace('"checkpoint": "gate.', '"checkpoint": "mate.')),
    ['latest', 'checkpoint', 'append'],
  ],
  [
    'a head of another size',
    'log-head',
    (old) => Buffer.from(old.toString().replace('"size": 300', '"size": 299')),
    ['latest', 'append', 'find'],
  ],
]

for (const [claim, name, change, not] of damages) {
  test(`${claim} is not answered, not signed upon, and told of in words`, async () => {
    const world = logWorld()
    const log = world.open()
    await Promise.all(Array.from({ length: records }, (_, i) => log.append(moduleAt(i), recordText(moduleAt(i)))))
    await log.close()
    const size = (await log.status()).size
    const full = `${root}/${name}`
    const old = Buffer.from((await world.checkpoints.read(full))!.bytes)
    const good = new Map<string, unknown>()
    for (const [key, read] of Object.entries(readings)) if (key !== 'append') good.set(key, await read(world.open()))
    await world.checkpoints.write(full, change(old))
    for (const [key, read] of Object.entries(readings)) {
      const answer = await read(world.open()).catch((error: unknown) => error)
      if (not.includes(key)) {
        assert.ok(answer instanceof Error, `${key} is answered`)
        assert.ok(
          ['log-damaged', 'log-closed'].includes((answer as { code?: string }).code!),
          `${key}: ${answer.stack}`,
        )
      } else if (answer instanceof Error)
        assert.match((answer as Error & { code?: string }).code!, /^log-|^module-not-found$/, key)
      else if (key !== 'append') assert.deepEqual(answer, good.get(key), key)
    }
    await world.checkpoints.write(full, old)
    const healed = world.open()
    await healed.append(moduleAt(901), recordText(moduleAt(901)))
    assert.ok((await healed.status()).size > size)
  })
}

test('a damaged tile that is restored is read again by the gate that saw it damaged', async () => {
  const world = logWorld()
  const log = world.open()
  await Promise.all(Array.from({ length: records }, (_, i) => log.append(moduleAt(i), recordText(moduleAt(i)))))
  await log.close()
  const name = `${root}/tile/8/0/000`
  const old = (await world.checkpoints.read(name))!.bytes
  const other = world.open()
  await world.checkpoints.write(name, flipped(Buffer.from(old)))
  await assert.rejects(other.find(moduleAt(1)), { code: 'log-damaged' })
  await world.checkpoints.write(name, old)
  assert.equal((await other.find(moduleAt(1)))?.id, 1)
})

test('a log whose head was removed under a running gate is not begun anew', async () => {
  const world = logWorld()
  const log = world.open()
  await log.append(moduleAt(1), recordText(moduleAt(1)))
  await log.close()
  const head = `${root}/log-head`
  await world.checkpoints.remove(head, (await world.checkpoints.read(head))!.bytes)
  await assert.rejects(log.append(moduleAt(2), recordText(moduleAt(2))), { code: 'log-closed' })
  await assert.rejects(world.open().latest(), { code: 'log-closed' })
})

test('a guard file that makes no sense is no guard, and files that were not finished do not stay', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'modgate-guard-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'log.guard')
  const world = logWorld()
  const log = world.open({ guard: fileGuard(path) })
  await Promise.all(Array.from({ length: 9 }, (_, i) => log.append(moduleAt(i), recordText(moduleAt(i)))))
  await log.close()
  assert.deepEqual(await readdir(directory), ['log.guard'])
  for (const text of ['', '{}', '{"name":"gate.example/log","key":"k","size":1,"root":"x"}']) {
    await writeFile(path, text)
    await assert.rejects(log.append(moduleAt(20), recordText(moduleAt(20))), { code: 'log-closed' })
    const status = await log.status()
    assert.ok(!status.signs && status.closed.cause === 'guard-unreadable')
  }
})
