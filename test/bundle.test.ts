// Bundles as people carry them: exported from one machine, proved and imported on another without a network, built from by the real go.
import assert from 'node:assert/strict'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { test, type TestContext } from 'node:test'
import type { Found } from '../tools/components/index.ts'
import { requireComponent } from './harness/components.ts'
import { testDatabase } from './harness/database.ts'
import { storeWorld, wideProgram, type StoreWorld } from './harness/filled-store.ts'
import { modgate, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { type OwnedProcess, ownProcess } from './harness/process.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory } from './harness/temporary.ts'

/** Both sides: who exports from his own store, and another data directory that no network reaches. */
interface AirGap {
  readonly world: StoreWorld
  /** The verifier line of the exporter. */
  readonly key: string
  readonly bundle: string
  readonly far: string
  /** The settings of the far side: the same database, and no upstream that answers. */
  readonly farFlags: readonly string[]
  export(name: string, args: readonly string[]): Promise<string>
  import(bundle?: string, more?: readonly string[]): ReturnType<StoreWorld['run']>
}

async function airGap(t: TestContext, exported: readonly string[] = [], files = wideProgram): Promise<AirGap> {
  const world = await storeWorld(t, files)
  const far = join(await temporaryDirectory(t), 'far')
  const exportTo = async (name: string, args: readonly string[]) => {
    const { code, stdout, stderr } = await world.run(['bundle', 'export', '-o', name, ...args])
    assert.equal(code, 0, stdout + stderr)
    return join(world.cwd, name)
  }
  const bundle = await exportTo('one.bundle', exported)
  const key = (await world.run(['log', 'key'])).stdout.trim()
  const guard = join(far, '..', 'far.guard')
  const farSettings = ['--log-name', 'far.test/log', '--log-guard', guard, '--data', far]
  return {
    ...{ world, key, bundle, far },
    farFlags: [
      '--upstream',
      'off',
      '--sumdb',
      world.upstream.database.key,
      '--private',
      'private.example',
      '--offline',
    ].concat(farSettings.slice(0, 4)),
    export: exportTo,
    import: (from = bundle, more = ['--key', key]) =>
      world.run(['bundle', 'import', from, ...farSettings, ...more], { MODGATE_UPSTREAM: 'off', MODGATE_ROUTES: '' }),
  }
}

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

/** Module files that a data directory has. */
async function moduleFiles(data: string): Promise<readonly string[]> {
  const names = await readdir(join(data, 'modules'), { recursive: true }).catch(() => [])
  return names.filter((name) => /\.(info|mod|zip)$/.test(name))
}

test('of a bundle with a changed byte nothing is kept, and what is wrong is named', async (t) => {
  const gap = await airGap(t, ['hello.example/hello@v1.1.0'])
  const whole = await readFile(gap.bundle)
  const changed = join(gap.far, '..', 'changed.bundle')
  const zip = whole.indexOf('hello.example/hello/@v/v1.1.0.zip', whole.indexOf('— gate.test/log'))
  for (const at of [600, zip + 520, whole.byteLength - 1]) {
    const bytes = Buffer.from(whole)
    bytes[at]! ^= 1
    await writeFile(changed, bytes)
    const { code, stdout, stderr } = await gap.import(changed)
    assert.equal(code, 1)
    assert.match(stdout + stderr, /changed\.bundle: .*(manifest|v1\.1\.0\.zip has another content|its end) /s)
    assert.match(stderr, /next: copy it anew/)
    assert.deepEqual(await moduleFiles(gap.far), [])
    const verified = await gap.world.run(['bundle', 'verify', changed, '--key', gap.key])
    assert.equal(verified.code, 1, verified.stdout)
  }
  assert.equal((await gap.world.run(['bundle', 'verify', gap.bundle])).code, 0)
})

test('an import that is killed leaves a sound store, and a second one goes on', async (t) => {
  const gap = await airGap(t, ['--project', 'big.example/blob@v1.0.0'])
  const args = ['bundle', 'import', gap.bundle, '--data', gap.far, '--key', gap.key, '--log-name', 'far.test/log']
  const env = { PATH: '/usr/bin:/bin', HOME: join(gap.far, '..'), MODGATE_SUMDB: gap.world.upstream.database.key, MODGATE_PRIVATE: 'private.example' } // prettier-ignore
  const child = ownProcess(t, [...modgate, ...args, '--upstream', 'off'], { cwd: gap.world.cwd, env })
  // The first files are in: the rest of the bundle is on its way.
  while ((await moduleFiles(gap.far)).length === 0 && !(await isOver(child))) await sleep(2)
  child.signal('SIGKILL')
  await child.ended
  const before = await moduleFiles(gap.far)
  const again = await gap.import(gap.bundle, ['--key', gap.key, '--json'])
  assert.equal(again.code, 0, again.stderr)
  const { adopted, present } = JSON.parse(again.stdout) as { adopted: number; present: number }
  assert.deepEqual([present, adopted + present], [before.length, (await moduleFiles(gap.far)).length])
  const verified = await gap.world.run(['cache', 'verify', '--data', gap.far])
  assert.equal(verified.code, 0, verified.stdout)
  assert.match(verified.stdout, /: 0 damaged/)
})

const isOver = (child: OwnedProcess) => Promise.race([child.ended.then(() => true), sleep(0).then(() => false)])

test('a signer who is not known is refused with the next step, and --any-signer takes only what the database proves', async (t) => {
  const gap = await airGap(t)
  const stranger = await gap.import(gap.bundle, [])
  assert.equal(stranger.code, 1)
  assert.match(stranger.stderr, /signed by gate\.test\/log, who is not believed here.*\n.*next: give --key/s)
  const anybody = await gap.import(gap.bundle, ['--any-signer'])
  assert.equal(anybody.code, 1)
  assert.match(anybody.stdout, /bad private\.example\/.*\.zip: has no record in a database that is believed/)
  assert.deepEqual(await moduleFiles(gap.far), [])
  const open = await gap.export('open.bundle', ['graph.example/all@v1.0.0'])
  assert.equal((await gap.import(open, ['--any-signer'])).code, 0)
})

test('a database that forks from the head that is pinned ends an import before anything is kept', async (t) => {
  const gap = await airGap(t, ['hello.example/hello@v1.1.0'])
  assert.equal((await gap.import()).code, 0)
  const before = await moduleFiles(gap.far)
  const { corpus, database } = gap.world.upstream
  gap.world.upstream.database = await testDatabase(corpus, { filler: 301 })
  assert.equal(gap.world.upstream.database.key, database.key)
  const { code, stderr } = await gap.world.run(['bundle', 'export', '-o', 'fork.bundle', '--data', 'other', 'tool.example/tool@v1.1.0', '--log-guard', 'other.guard']) // prettier-ignore
  assert.equal(code, 0, stderr)
  const key = (await gap.world.run(['log', 'key', '--data', 'other', '--log-guard', 'other.guard'])).stdout.trim()
  const forked = await gap.import('fork.bundle', ['--key', key])
  assert.equal(forked.code, 1)
  assert.match(forked.stderr, /database-untrusted|fork|misbehav|contradict/i)
  assert.deepEqual(await moduleFiles(gap.far), before)
})

test('a private module that is not private here is refused, and the rest is taken', async (t) => {
  const gap = await airGap(t)
  const { code, stdout } = await gap.import(gap.bundle, ['--key', gap.key, '--private', 'else.example'])
  assert.equal(code, 1)
  assert.match(
    stdout,
    /^failed private\.example\/team\/secret@v1\.0\.0: no-record: the bundle has no record of it in sumdb\.example$/m,
  )
  assert.match(stdout, /no-record: 2 \(a private module belongs into --private/)
  assert.ok((await moduleFiles(gap.far)).length > 15)
})

for (const [claim, args, code, says] of [
  [
    'what is not there to be exported',
    ['export', '-o', 'x', 'nowhere.example/x@v1.0.0'],
    1,
    /nowhere\.example\/x@v1\.0\.0.*no bundle was written.*--keep-going/s,
  ],
  [
    'a store that is to be exported offline and has nothing of it',
    ['export', '-o', 'x', '--offline', 'hello.example/hello@v1.0.0'],
    1,
    /no bundle was written/,
  ],
  [
    'everything and something',
    ['export', '-o', 'x', '--all', 'hello.example/hello@v1.0.0'],
    2,
    /all is more than what is named/,
  ],
  [
    'a signing key that is not there',
    ['export', '-o', 'x', '--key', 'no.key', 'hello.example/hello@v1.0.0'],
    2,
    /--key no\.key: is not there/,
  ],
  [
    'a place that cannot be written',
    ['export', '-o', 'no/such/x', 'hello.example/hello@v1.0.0'],
    1,
    /no\/such\/x: cannot be written: .*\n.*next: check the disk/s,
  ],
  [
    'a base that is no bundle',
    ['export', '-o', 'x', '--since', 'go.mod', '--project'],
    1,
    /go\.mod: its beginning is not that of a bundle/,
  ],
  ['a bundle that is not there', ['import', 'x', '--key', 'k'], 2, /x: cannot be read/],
  ['a verifier line that is none', ['verify', 'go.mod', '--key', 'k'], 2, /--key k: malformed key/],
] as const) {
  test(`${claim} is told with the next step`, async (t) => {
    const world = await storeWorld(t, wideProgram)
    const said = await world.run(['bundle', ...args])
    assert.match(said.stderr, says)
    assert.match(said.stderr, /next: /)
    assert.equal(said.code, code)
    assert.deepEqual((await readdir(world.cwd)).toSorted(), ['.keep', 'go.mod', 'main.go'])
  })
}

test('a full disk ends an export and an import with nothing half, and with room they go on', async (t) => {
  const disk = await smallDisk(t, 32)
  if (disk === undefined) return
  const gap = await airGap(t, ['big.example/blob@v1.0.0'])
  const [out, data] = [join(disk.path, 'big.bundle'), join(disk.path, 'data')]
  const exporting = () => gap.world.run(['bundle', 'export', '-o', out, 'big.example/blob@v1.0.0'])
  const importing = (bundle = gap.bundle) =>
    gap.world.run(['bundle', 'import', bundle, '--data', data, '--key', gap.key])
  assert.equal((await importing(await gap.export('small.bundle', ['hello.example/hello@v1.0.0']))).code, 0)
  await disk.fill()
  const full = [await exporting(), await importing()]
  for (const { code, stderr } of full) {
    assert.equal(code, 1, stderr)
    assert.match(stderr, /disk is full|ENOSPC/)
  }
  assert.deepEqual((await readdir(disk.path)).filter((name) => name.includes('.bundle')), []) // prettier-ignore
  await disk.makeRoom()
  for (const { code, stderr } of [await exporting(), await importing()]) assert.equal(code, 0, stderr)
  assert.equal((await moduleFiles(data)).length, 6)
})

test('Ctrl-C ends a verification and an export with nothing left behind', async (t) => {
  const gap = await airGap(t, ['big.example/blob@v1.0.0'])
  const temporary = await temporaryDirectory(t)
  const env = { PATH: '/usr/bin:/bin', HOME: temporary, TMPDIR: temporary, MODGATE_SUMDB: gap.world.upstream.database.key, MODGATE_DATA: gap.world.data, MODGATE_UPSTREAM: 'off' } // prettier-ignore
  const out = join(temporary, 'out.bundle')
  const log = ['--log-name', 'gate.test/log', '--log-guard', join(gap.world.data, '..', 'log.guard')]
  for (const args of [
    ['verify', gap.bundle, '--key', gap.key],
    ['export', '-o', out, '--all', ...log],
  ]) {
    const child = ownProcess(t, [...modgate, 'bundle', ...args], { cwd: temporary, env })
    const begun = async () => (await readdir(temporary)).some((name) => /^modgate-bundle-|\.part$/.test(name))
    while (!(await begun()) && !(await isOver(child))) await sleep(1)
    child.signal('SIGINT')
    await child.ended
    const left = (await readdir(temporary)).filter((name) => name !== 'out.bundle')
    assert.deepEqual(left.filter((name) => name.includes('bundle')), []) // prettier-ignore
  }
})
