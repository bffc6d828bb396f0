// Bundles as people carry them: exported from one machine, proved and imported on another without a network, built from by the real go.
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test, type TestContext } from 'node:test'
import type { Found } from '../tools/components/index.ts'
import { airGap, moduleFiles } from './harness/air-gap.ts'
import { requireComponent } from './harness/components.ts'
import { wideProgram } from './harness/filled-store.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const privateAside = { GONOSUMDB: 'private.example' }

/** Builds on a machine that knows nothing. */
async function builds(
  t: TestContext,
  { toolchain, proxy, sumdb }: { toolchain: Found; proxy: string; sumdb: string },
  env = {},
) {
  const go = await goClient(t, { toolchain, proxy, sumdb, files: wideProgram })
  const built = await go.run(['build', '-mod=mod', '-o', 'app', '.'], env)
  assert.equal(built.code, 0, built.stderr)
  const app = await ownProcess(t, [join(go.directory, 'app')], { cwd: go.directory, env: {} }).ended
  assert.match(app.stderr, /toasted 1\.3\.0 .* secret v1\.0\.0\n/)
  return readFile(join(go.directory, 'go.sum'), 'utf8')
}

test('what was exported on one machine builds behind an offline gate on another, verified by the public key and by the key of that gate', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const gap = await airGap(t, ['--project', '--toolchain', 'go1.99.0'])
  await gap.world.upstream.stop()
  const { code, stdout, stderr } = await gap.import()
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /^imported \d\d files \(.*\), 0 were there already, 0 refused\n$/)
  const gate = await startGate(t, { data: gap.far, flags: gap.farFlags })
  const client = { toolchain, proxy: gate.url }
  const publicSum = await builds(t, { ...client, sumdb: gap.world.upstream.database.key }, privateAside)
  const ownKey = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(gate.url)).text())![1]!
  assert.ok(ownKey.startsWith('far.test/log+'))
  assert.equal(await builds(t, { ...client, sumdb: ownKey }), publicSum)
  const switching = await goClient(t, {
    ...client,
    sumdb: ownKey,
    files: { 'go.mod': 'module m.example\n\ngo 1.99.0\n' },
  })
  assert.equal(
    (await switching.run(['version'], { GOTOOLCHAIN: 'auto' })).stdout,
    'go version go1.99.0 of the corpus\n',
  )
})

test('unpacked it is a GOPROXY of files, verified by the public key and by the one of the exporter alone', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { world, bundle, key } = await airGap(t)
  await world.upstream.stop()
  const folder = await temporaryDirectory(t)
  const tar = await ownProcess(t, ['tar', '-xf', bundle, '-C', folder], { cwd: folder, env: { PATH: '/usr/bin:/bin' } })
    .ended
  assert.equal(tar.code, 0, tar.stderr)
  const proxy = pathToFileURL(folder).href
  const sum = await builds(t, { toolchain, proxy, sumdb: world.upstream.database.key }, privateAside)
  assert.equal(await builds(t, { toolchain, proxy, sumdb: key }), sum)
  const go = await goClient(t, { toolchain, proxy, sumdb: key, files: { 'go.mod': 'module m.example\n\ngo 1.20\n' } })
  const listed = await go.run(['list', '-m', '-versions', 'hello.example/hello'])
  assert.equal(listed.stdout, 'hello.example/hello v1.1.0\n', listed.stderr)
})

test('the same store exports the same bytes, and a second import finds everything there', async (t) => {
  const gap = await airGap(t, ['--project'])
  const again = await gap.export('again.bundle', ['--project', '--offline'])
  assert.deepEqual(await readFile(again), await readFile(gap.bundle))
  const all = await gap.export('all.bundle', ['--all', '--offline'])
  assert.deepEqual(await readFile(all), await readFile(gap.bundle))
  await gap.import()
  assert.match((await gap.import()).stdout, /^imported 0 files \(0 B\), \d\d were there already, 0 refused\n$/)
})

test('a delta has only what is new, says what it builds upon, and makes of the base what a whole bundle is', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const gap = await airGap(t, ['hello.example/hello@v1.1.0', 'big.example/blob@v1.0.0'])
  const delta = await gap.export('delta.bundle', ['--since', 'one.bundle', '--project', 'hello.example/hello@v1.1.0'])
  assert.ok((await stat(delta)).size < 1_000_000 && (await stat(gap.bundle)).size > 6_000_000)
  const alone = await gap.import(delta)
  assert.equal(alone.code, 1)
  assert.match(alone.stderr, /is a delta to the bundle [0-9a-f]{16}, of which 6 files are not kept here, big\.example/)
  assert.match(alone.stderr, /next: import the bundle first/)
  assert.deepEqual(await moduleFiles(gap.far), [])
  assert.equal((await gap.import()).code, 0)
  // It runs while the delta comes, and has said before that it knows nothing of it.
  const gate = await startGate(t, { data: gap.far, flags: gap.farFlags })
  assert.equal((await fetch(`${gate.url}/graph.example/all/@v/v1.0.0.zip`)).status, 503)
  assert.equal((await gap.import(delta)).code, 0)
  await builds(t, { toolchain, proxy: gate.url, sumdb: gap.world.upstream.database.key }, privateAside)

  const whole = await gap.export('whole.bundle', ['--all', '--offline'])
  const [together, one] = await Promise.all([unpacked(t, gap.bundle, delta), unpacked(t, whole)])
  for (const [name, bytes] of one)
    if (!name.startsWith('modgate-bundle')) assert.deepEqual(together.get(name), bytes, name)
})

async function unpacked(t: TestContext, ...bundles: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const folder = await temporaryDirectory(t)
  for (const bundle of bundles) {
    const tar = await ownProcess(t, ['tar', '-xf', bundle, '-C', folder], {
      cwd: folder,
      env: { PATH: '/usr/bin:/bin' },
    }).ended
    assert.equal(tar.code, 0, tar.stderr)
  }
  const files = new Map<string, Buffer>()
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!item.isFile()) continue
    const path = join(item.parentPath, item.name)
    files.set(path.slice(folder.length + 1), await readFile(path))
  }
  return files
}
