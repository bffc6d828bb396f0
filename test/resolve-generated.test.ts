// Module graphs drawn by lot, over one proxy and one module cache: the real go is the judge of every one of them.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { eachOf } from '../packages/modgate/src/core/each-of.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { graphCase } from './harness/module-graphs.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const count = Number(process.env['MODGATE_TEST_CASES'] ?? 80)

const questions = [
  { ours: ['resolve', '--graph'], theirs: ['mod', 'graph'] },
  { ours: ['resolve'], theirs: ['list', '-m', 'all'] },
  { ours: ['resolve', '--json'], theirs: ['list', '-m', '-json', 'all'] },
  { ours: ['upgrades', '--json'], theirs: ['list', '-m', '-u', '-retracted', '-json', 'all'] },
  // The last one, for go writes what it makes of go.mod.
  { ours: ['resolve', '--json', '--mod=mod'], theirs: ['list', '-mod=mod', '-m', '-json', 'all'] },
] as const

test(`of ${count} graphs drawn by lot, build list, graph, JSON and upgrades are those of the real go`, async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const root = await temporaryDirectory(t)
  const go = await goClient(t, { toolchain, proxy: `file://${join(root, 'proxy')}`, sumdb: 'off' })
  const seed = testSeed(20_261_128)
  const outcomes = { same: 0, refused: 0 }
  const differences: string[] = []

  async function compare(number: number): Promise<void> {
    const { files, proxied, directory, isWorkspace } = graphCase(seededRandom(seed + number), `c${number}`)
    const project = join(root, `${number}`)
    await writeFiles(project, files)
    await writeFiles(join(root, 'proxy'), proxied)
    const cwd = join(project, directory)
    for (const { ours, theirs } of questions) {
      if (isWorkspace && theirs.includes('-mod=mod' as never)) continue
      const environment = { ...go.env, GOFLAGS: '-modcacherw' }
      const expected = await go.run(['-C', cwd, ...theirs], { GOFLAGS: '-modcacherw' })
      // The go command has written go.mod by now, where the mode is mod.
      await writeFiles(project, files)
      const answer = await runCommand(ours, { home: root, cwd, environment })
      outcomes[expected.code === 0 ? 'same' : 'refused']++
      const isSame = expected.code === 0 ? answer.stdout.trimEnd() === expected.stdout.trimEnd() : answer.code !== 0
      if (isSame && (answer.code === 0) === (expected.code === 0)) continue
      const told = `seed ${seed}, case ${number} in ${project}: ${ours.join(' ')}`
      differences.push(`${told}\ngo:\n${expected.stdout}${expected.stderr}\nmodgate:\n${answer.stdout}${answer.stderr}`)
    }
  }

  await eachOf(Array(count).keys(), 2, compare)
  assert.deepEqual(differences.slice(0, 3), [])
  // Go refuses about half of what is drawn: both ways have to be taken.
  assert.ok(outcomes.same > count && outcomes.refused > count / 4, JSON.stringify(outcomes))
})
