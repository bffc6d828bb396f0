// Bundles that were changed, that lie, or whose way is cut off: what is wrong is named, and nothing half is left behind.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'node:test'
import { airGap, moduleFiles } from './harness/air-gap.ts'
import { testDatabase } from './harness/database.ts'
import { storeWorld, wideProgram } from './harness/filled-store.ts'
import { modgate } from './harness/gate.ts'
import { type OwnedProcess, ownProcess } from './harness/process.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory } from './harness/temporary.ts'

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
