import assert from 'node:assert/strict'
import promises, { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openDataDirectory } from './data-directory.ts'
import { inDirectory } from './directories.ts'
import type { Upgrades } from './format.ts'

const root = await mkdtemp(join(tmpdir(), 'modgate-directory-'))
after(() => rm(root, { recursive: true, force: true }))
let made = 0
const fresh = () => join(root, String(++made))

/** A directory of a format that never was: entries stood in `files`. */
async function formatZero(): Promise<string> {
  const path = fresh()
  await mkdir(join(path, 'files'), { recursive: true })
  await writeFile(join(path, 'files', 'a'), 'kept')
  await writeFile(join(path, 'modgate-store'), 'modgate store 0\n')
  return path
}

const upgradesOf = (work: (path: string) => Promise<void>): Upgrades => new Map([[0, work]])
const moveFiles = upgradesOf(async (path) => {
  if ((await readdir(path)).includes('files')) await rename(join(path, 'files'), join(path, 'modules'))
})

for (const path of ['/proc/nope', '/proc/nope/deeper/still']) {
  test(`${path}, where nothing can be made, is refused at once`, { skip: process.platform !== 'linux' }, async () => {
    await assert.rejects(openDataDirectory(path), { code: 'configuration' })
  })
}

test('a path below a file is refused', async () => {
  const path = fresh()
  await writeFile(path, '')
  await assert.rejects(openDataDirectory(join(path, 'data')), { code: 'configuration' })
  await assert.rejects(openDataDirectory(path), { code: 'configuration' })
})

test('without create, what is not there or is empty is refused and not made', async () => {
  const path = fresh()
  await assert.rejects(openDataDirectory(path, { create: false }), /is not there/)
  await mkdir(path)
  await assert.rejects(openDataDirectory(path, { create: false }), /holds no store/)
  assert.deepEqual(await readdir(path), [])
  await (await openDataDirectory(path)).close()
  await (await openDataDirectory(path, { create: false })).close()
})

test('a store that another gate makes between two looks at a new directory is joined, not taken for foreign files', async (t) => {
  const path = fresh()
  const { readdir: list } = promises
  const listing = t.mock.method(promises, 'readdir', async (...args: Parameters<typeof list>) => {
    listing.mock.restore()
    syncBuiltinESMExports()
    await openDataDirectory(path)
    return list(...args)
  })
  syncBuiltinESMExports()
  const second = await openDataDirectory(path)
  assert.equal(listing.mock.callCount(), 1)
  assert.equal(await second.check(), undefined)
})

test('an older format is upgraded in place, once, whoever starts', async () => {
  const path = await formatZero()
  let runs = 0
  const upgrades = upgradesOf(async (at) => {
    runs++
    await moveFiles.get(0)!(at)
  })
  const directory = await openDataDirectory(path, { upgrades })
  assert.equal(await readFile(join(directory.modules, 'a'), 'utf8'), 'kept')
  assert.equal(await readFile(join(path, 'modgate-store'), 'utf8'), 'modgate store 1\n')
  await openDataDirectory(path, { upgrades })
  assert.equal(runs, 1)
  assert.deepEqual((await readdir(path)).toSorted(), ['modgate-store', 'modules', 'spool'])
})

test('an upgrade that was cut off is done again', async () => {
  const path = await formatZero()
  const broken = upgradesOf(async (at) => {
    await moveFiles.get(0)!(at)
    throw new Error('power cut')
  })
  await assert.rejects(openDataDirectory(path, { upgrades: broken }), /power cut/)
  assert.deepEqual(await readdir(join(path, 'spool')), [])
  const directory = await openDataDirectory(path, { upgrades: moveFiles })
  assert.equal(await readFile(join(directory.modules, 'a'), 'utf8'), 'kept')
})

test('an older format in use by a living process is not upgraded below it', async () => {
  const path = await formatZero()
  await writeFile(join(path, 'modgate-store'), 'modgate store 1\n')
  const living = await openDataDirectory(path)
  await writeFile(join(path, 'modgate-store'), 'modgate store 0\n')
  await assert.rejects(openDataDirectory(path, { upgrades: moveFiles }), /in use by another modgate/)
  await living.close()
  await openDataDirectory(path, { upgrades: moveFiles })
})

test('an older format without an upgrade is refused and left as it is', async () => {
  const path = await formatZero()
  await assert.rejects(openDataDirectory(path), /cannot upgrade any more/)
  assert.equal(await readFile(join(path, 'files', 'a'), 'utf8'), 'kept')
})

test('a removal is seen by whoever has the directory open', async () => {
  const path = fresh()
  const [one, other] = [await openDataDirectory(path), await openDataDirectory(path)]
  assert.equal(await one.lastRemoval(), 0)
  await other.noteRemoval()
  assert.ok((await one.lastRemoval()) > 0)
})

test('a file finds its place though somebody removes the directory again and again', async () => {
  const path = join(fresh(), 'a', 'b', 'file')
  let vanished = 0
  await inDirectory(path, async () => {
    if (vanished++ < 3) await rm(join(path, '..'), { recursive: true, force: true })
    await writeFile(path, 'x')
  })
  assert.equal(await readFile(path, 'utf8'), 'x')
  assert.equal(vanished, 4)
})
