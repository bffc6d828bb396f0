// Packages drawn by lot: the real go says what is vendored of them, and whether anything is.
import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eachOf } from '../packages/modgate/src/core/each-of.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { fileTree } from './harness/file-tree.ts'
import { goClient } from './harness/go-client.ts'
import { writeProxy } from './harness/module-proxy.ts'
import { packageGraph } from './harness/package-graphs.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const count = Number(process.env['MODGATE_TEST_CASES'] ?? 24)

test(`of ${count} projects drawn by lot, the vendor directories are those of the real go`, async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const root = await temporaryDirectory(t)
  const go = await goClient(t, { toolchain, proxy: `file://${join(root, 'proxy')}`, sumdb: 'off' })
  go.env['GOFLAGS'] = '-modcacherw'
  const seed = testSeed(20_261_129)
  const outcomes = { same: 0, refused: 0, packages: 0 }
  const differences: string[] = []

  async function compare(number: number): Promise<void> {
    const random = seededRandom(seed + number)
    const { files, modules } = packageGraph(random, `c${number}`)
    const [theirs, ours] = [join(root, `theirs${number}`), join(root, `ours${number}`)]
    await writeProxy(join(root, 'proxy'), modules)
    await writeFiles(theirs, files)
    if (random() < 0.85) await go.run(['-C', theirs, 'mod', 'tidy'])
    cpSync(theirs, ours, { recursive: true })
    // So that nothing is refused for want of it.
    await go.run(['mod', 'download', ...modules.map(({ path, version }) => `${path}@${version}`)])
    const expected = await go.run(['-C', theirs, 'mod', 'vendor'])
    const answer = await runCommand(['vendor'], { home: root, cwd: ours, environment: go.env })
    const [tree, own] = [fileTree(join(theirs, 'vendor')), fileTree(join(ours, 'vendor'))]
    outcomes[expected.code === 0 ? 'same' : 'refused']++
    if (expected.code === 0) outcomes.packages += Object.keys(tree).length
    const isSame = expected.code !== 0 || JSON.stringify(own) === JSON.stringify(tree)
    if (isSame && (answer.code === 0) === (expected.code === 0)) return
    const lists = [own, tree].map((files) => Object.keys(files).join(' '))
    differences.push(
      `seed ${seed}, case ${number}:\ngo:\n${expected.stderr}\nmodgate:\n${answer.stderr}\n${lists.join('\n\n')}`,
    )
  }

  await go.write({ 'go.mod': 'module elsewhere.example\n' })
  await eachOf(Array(count).keys(), 2, compare)
  assert.deepEqual(differences.slice(0, 3), [])
  assert.ok(
    outcomes.same > count / 3 && outcomes.refused > count / 12 && outcomes.packages > count,
    JSON.stringify(outcomes),
  )
})
