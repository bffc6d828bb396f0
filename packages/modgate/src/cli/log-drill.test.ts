import assert from 'node:assert/strict'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { backupOf, logDirectory, treeOf, type LogDirectory } from './test-log-world.ts'

/** The drill as a program reads it. It leaves no copy, and the data and the guard as they were. */
async function drilled(world: LogDirectory, args: readonly string[] = []) {
  const places = [world.data, dirname(world.guard)]
  const before = await Promise.all(places.map(treeOf))
  const { code, stdout, stderr } = await world.run(['drill', '--json', ...args])
  assert.deepEqual(await Promise.all(places.map(treeOf)), before)
  return { code, stderr, said: (stdout === '' ? {} : JSON.parse(stdout)) as Record<string, Record<string, unknown>> }
}

test('a sound log could be restored, a loss would be noticed, and all records would come over', async (t) => {
  const world = await logDirectory(t)
  await world.fill(0, 5)
  const { code, said } = await drilled(world)
  assert.equal(code, 0)
  assert.deepEqual([said['restore'], said['loss']], [{ signs: true }, { cause: 'behind-guard' }])
  assert.deepEqual(said['rotation'], { records: 5, lost: [] })
  assert.match((await world.run(['drill'])).stdout, /could be signed upon: 5 records[^]* noticed by the guard\n/)
})

test('a backup that is as new as the guard will do, and one that is older will not', async (t) => {
  const world = await logDirectory(t)
  await world.fill(0, 5)
  const backup = await backupOf(t, world.data)
  assert.equal((await drilled(world, ['--backup', backup])).code, 0)
  await world.fill(5, 8)
  const { code, said } = await drilled(world, ['--backup', backup])
  assert.equal(code, 1)
  assert.equal(said['restore']!['cause'], 'behind-guard')
  assert.deepEqual(said['rotation'], { records: 5, lost: [{ first: 5, last: 7 }] })
  const { stdout } = await world.run(['drill', '--backup', backup])
  assert.match(stdout, /not to be signed upon[^]*next +put the newer[^]*bring 5 records over, and leave 3 out/)
})

test('a backup without the key, or with a damaged tile, will not do', async (t) => {
  const world = await logDirectory(t)
  await world.fill(0, 5)
  const backup = await backupOf(t, world.data)
  const tile = join(backup, 'modules/sumdb/gate.example/log/tile/8/data/000.p/5')
  await writeFile(tile, (await readFile(tile, 'utf8')).replace('h1:AAAA', 'h1:BBBB').replace('m0.', 'n0.'))
  const { code, said } = await drilled(world, ['--backup', backup])
  assert.equal(code, 1)
  assert.equal(said['restore']!['cause'], 'damaged')
  await rm(join(backup, 'modgate-log.key'))
  const keyless = await drilled(world, ['--backup', backup])
  assert.equal(keyless.code, 2)
  assert.match(keyless.stderr, /take the key into the backup/)
})

test('an empty log, and one that a gate has open, are drilled as well', async (t) => {
  const world = await logDirectory(t)
  await world.fill(0, 0)
  assert.equal((await drilled(world)).code, 0)
  await world.gate(async () => assert.equal((await drilled(world)).code, 0))
  assert.deepEqual(
    (await readdir(world.data)).filter((name) => name.includes('drill')),
    [],
  )
})
