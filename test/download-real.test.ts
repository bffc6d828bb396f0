// Real programs: the module cache, the go.sum and the vendor directory that modgate writes are, byte for byte, those of the real go.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheDifferences } from './harness/cache-tree.ts'
import { treeDifferences } from './harness/file-tree.ts'
import type { Finished } from './harness/process.ts'
import { realPeople, realProjects, type RealPerson, type RealProject } from './harness/real-projects.ts'

/** What a command printed that has to succeed. */
async function done(running: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await running
  assert.equal(code, 0, stderr)
  return stdout
}

type People = (files: RealProject['files']) => Promise<RealPerson>

/** Two people with a project: what go does for one, modgate does for the other. */
async function compared(people: People, { files, isWorkspace, isLarge }: RealProject): Promise<void> {
  const [theirs, ours] = [await people(files), await people(files)]
  // In a workspace there is nothing to tidy: go mod download completes go.work.sum.
  if (!isWorkspace) await done(theirs.go(['mod', 'tidy']))
  await done(theirs.go(['mod', 'download']))
  await done(ours.modgate(['download', '--write']))
  assert.deepEqual(cacheDifferences(ours.cache, theirs.cache), [])
  assert.deepEqual(treeDifferences(ours.directory, theirs.directory), [])
  const said = await done(ours.modgate(['download', '--json']))
  const expected = await done(theirs.go(['mod', 'download', '-json']))
  assert.equal(said.replaceAll(ours.cache, 'CACHE'), expected.replaceAll(theirs.cache, 'CACHE'))

  await done(theirs.go([isWorkspace ? 'work' : 'mod', 'vendor']))
  await done(ours.modgate(['vendor']))
  assert.deepEqual(treeDifferences(ours.directory, theirs.directory), [])

  const offline = { GOPROXY: 'off' }
  await done(ours.go(['list', '-mod=readonly', '-deps', './...'], offline))
  // All that the zips hold is read once more, which of the largest project takes as long as the rest.
  if (isLarge) return
  assert.equal(await done(ours.go(['mod', 'verify'], offline)), 'all modules verified\n')
  await done(ours.modgate(['verify', '--cache'], offline))
}

test('of real projects, module cache, go.sum and vendor directory are those of the real go', async (t) => {
  const people = await realPeople(t)
  if (people === undefined) return
  assert.ok(realProjects.length >= 8)
  for (const project of realProjects) {
    await t.test(project.claim, (own) => compared((files) => people(own, files), project))
  }
})
