// Mirrors that are too much for the disk: the longest unused one goes, nobody who uses one notices.
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import { mirrorEviction, type MirrorReport } from '../packages/modgate/src/source/vcs/mirror-eviction.ts'
import { openDataDirectory } from '../packages/modgate/src/store/data-directory.ts'
import { takeLock } from '../packages/modgate/src/store/lock.ts'
import { bytesOf, many, path, tags } from './harness/git-many.ts'
import { answerOf, gitOrigin, gitSource } from './harness/git-origin.ts'
import { gitIn } from './harness/git-repository.ts'
import { temporaryDirectory } from './harness/temporary.ts'

/** A data directory with mirrors that were used so many hours ago, and evictions of processes that share it. */
async function shelf(t: TestContext, ages: Readonly<Record<string, number>>) {
  const data = await temporaryDirectory(t)
  const opened = async () => {
    const directory = await openDataDirectory(data)
    t.after(() => directory.close())
    return directory.spool
  }
  const spool = await opened()
  const vcs = join(data, 'vcs')
  const mirrorOf = (name: string) => join(vcs, 'git-public', name, 'content-sha1-1')
  for (const [name, hours] of Object.entries(ages)) {
    await mkdir(mirrorOf(name), { recursive: true })
    await writeFile(join(mirrorOf(name), 'HEAD'), Buffer.alloc(8_192))
    await age(mirrorOf(name), hours)
  }
  const evicted: string[] = []
  const overLimit: number[] = []
  const report: MirrorReport = {
    evicted: (mirror) => void evicted.push(mirror.split('/').at(-2)!),
    overLimit: (bytes) => void overLimit.push(bytes),
    failed: (error) => assert.fail(error as Error),
  }
  const process = async (limit: number, clock = systemClock) => {
    return mirrorEviction({ directory: vcs, owner: await opened(), limit, clock, report })
  }
  const left = async () => (await readdir(join(vcs, 'git-public'))).toSorted()
  return { data, mirrorOf, process, left, spool, evicted, overLimit }
}

async function age(mirror: string, hours: number): Promise<void> {
  const used = new Date(Date.now() - hours * 3600_000)
  await utimes(mirror, used, used)
}

test('what was used the longest ago goes first, and only until the rest is below the limit', async (t) => {
  const { data, process, left, evicted } = await shelf(t, { a: 3, b: 9, c: 5, d: 1 })
  const eviction = await process(17_000)
  await eviction.enforce()
  assert.deepEqual(
    [evicted, await left()],
    [
      ['b', 'c'],
      ['a', 'd'],
    ],
  )
  assert.equal(eviction.bytes, 16_384)
  for (const spool of await readdir(join(data, 'spool'))) {
    assert.deepEqual(await readdir(join(data, 'spool', spool)), [], 'nothing is left of them')
  }
})

test('what is used now stays, whatever the limit says, and that is said', async (t) => {
  const { process, mirrorOf, left, overLimit, spool } = await shelf(t, { reading: 9, writing: 9, idle: 9 })
  const eviction = await process(0)
  await age(mirrorOf('reading'), 0.2)
  const release = await takeLock(join(mirrorOf('writing'), '../content-sha1.lock'), spool)
  await eviction.enforce()
  assert.deepEqual(await left(), ['reading', 'writing'])
  assert.deepEqual(overLimit, [16_384])
  await release()
  await eviction.enforce()
  assert.deepEqual(await left(), ['reading'])
})

test('processes that share a disk remove each mirror once', async (t) => {
  const ages = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`m${at}`, at + 1]))
  const { process, left, evicted } = await shelf(t, ages)
  const evictions = await Promise.all([1, 2, 3].map(() => process(0)))
  await Promise.all(evictions.map((each) => each.enforce()))
  assert.deepEqual(await left(), [])
  assert.equal(evicted.length, new Set(evicted).size)
  assert.equal(evicted.length, 20)
})

test('a fetch that goes over the limit does not wait for the next count', async (t) => {
  const { process, mirrorOf, left } = await shelf(t, { a: 3, b: 2 })
  let now = Date.now()
  const eviction = await process(20_000, { ...systemClock, now: () => now })
  await eviction.enforce()
  await writeFile(join(mirrorOf('b'), 'pack'), Buffer.alloc(12_288))
  eviction.grew(12_288)
  assert.deepEqual(await left(), ['a', 'b'], 'mirrors are not counted again for each fetch')
  now += 120_000
  eviction.grew(1)
  while ((await left()).length > 1) await sleep(10)
  assert.deepEqual(await left(), ['b'])
  await eviction.close()
})

test('a source whose mirrors are removed while it answers fetches them again, and answers the same', async (t) => {
  const origin = await gitOrigin(t, [many])
  const data = await temporaryDirectory(t)
  const source = await gitSource(t, origin, { data, refsMs: 60_000 })
  const id = gitIn(join(origin.directory, 'corpus/many'), ['rev-parse', 'v1.5.0~1']).trim().slice(0, 12)
  const zip = (version: string) => answerOf(source, { kind: 'zip', path, version })
  const first = bytesOf(await zip('v1.0.0'))
  bytesOf(await answerOf(source, { kind: 'query', path, query: id }))
  const { spool } = await openDataDirectory(data)
  const hourly = { ...systemClock, now: () => Date.now() + 3600_000 }
  const eviction = mirrorEviction({ directory: join(data, 'vcs'), owner: spool, limit: 0, clock: hourly })
  const answers = tags.map(async (version) => bytesOf(await zip(version)))
  for (let round = 0; round < 5; round++) await eviction.enforce()
  await Promise.all(answers)
  await eviction.enforce()
  assert.equal(eviction.bytes, 0)
  assert.deepEqual(bytesOf(await zip('v1.0.0')), first)
  bytesOf(await answerOf(source, { kind: 'query', path, query: id }))
})

test('mirrors are for nobody but the gate, also in a directory that an older one has made', async (t) => {
  const data = await temporaryDirectory(t)
  const source = await gitSource(t, await gitOrigin(t, [many]), { data })
  bytesOf(await answerOf(source, { kind: 'mod', path, version: 'v1.0.0' }))
  const [name = ''] = await readdir(join(data, 'vcs/git'))
  const modeOf = async (directory: string) => (await stat(join(data, directory))).mode & 0o777
  const directories = ['vcs', 'vcs/git', `vcs/git/${name}`]
  assert.deepEqual(await Promise.all(directories.map(modeOf)), [0o700, 0o700, 0o700])
  await chmod(join(data, 'vcs/git', name), 0o755)
  bytesOf(await answerOf(source, { kind: 'mod', path, version: 'v1.1.0' }))
  assert.equal(await modeOf(`vcs/git/${name}`), 0o700)
})
