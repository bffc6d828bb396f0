// Bundles that were changed, that lie, or whose way is cut off: what is wrong is named, and nothing half is left behind.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { airGap, moduleFiles, type AirGap } from './harness/air-gap.ts'
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

test('of a bundle that was cut off that is said once, with how much is missing, and nothing is kept', async (t) => {
  const gap = await airGap(t)
  const whole = await readFile(gap.bundle)
  const cut = join(gap.far, '..', 'cut.bundle')
  for (const [size, what] of [
    [Math.floor(whole.byteLength / 3), /it was cut off, and \d+ of \d+ files are not whole, \S+ first/],
    [whole.byteLength - 1, /it was cut off, and only its end is missing/],
  ] as const) {
    await writeFile(cut, whole.subarray(0, size))
    const verified = await gap.world.run(['bundle', 'verify', cut, '--key', gap.key])
    assert.equal(verified.code, 1)
    assert.match(verified.stdout, what)
    assert.match(verified.stdout, /: 1 problem\n {2}signed by gate\.test\/log\n$/)
    const imported = await gap.import(cut)
    assert.equal(imported.code, 1)
    assert.match(imported.stderr, what)
    assert.deepEqual(await moduleFiles(gap.far), [])
  }
})

/** Runs a line of the shell in which `modgate` is the command under test. */
function shell(t: TestContext, gap: AirGap, line: string): OwnedProcess {
  const [node, condition, main] = modgate
  const env = {
    ...{ PATH: '/usr/bin:/bin', HOME: join(gap.far, '..'), TMPDIR: join(gap.far, '..'), NODE: node!, MAIN: main! },
    ...{ KEY: gap.key, FAR: gap.far, BUNDLE: gap.bundle, MODGATE_DATA: gap.world.data, MODGATE_UPSTREAM: 'off' },
    ...{ MODGATE_SUMDB: gap.world.upstream.database.key, MODGATE_PRIVATE: 'private.example' },
    ...{ MODGATE_LOG_NAME: 'gate.test/log', MODGATE_LOG_GUARD: join(gap.world.data, '..', 'log.guard') },
  }
  const script = `modgate() { "$NODE" ${condition} "$MAIN" "$@"; }\n${line}`
  return ownProcess(t, ['bash', '-c', script], { cwd: gap.world.cwd, env })
}

test('a bundle goes out and comes in through a pipe, the words beside it, and nothing is left of it on the way', async (t) => {
  const gap = await airGap(t, ['hello.example/hello@v1.1.0'])
  const proved = await shell(t, gap, 'modgate bundle export -o - --all | modgate bundle verify - --key "$KEY"').ended
  assert.equal(proved.code, 0, proved.stderr)
  assert.match(proved.stdout, /^standard input: \d+ files, .*: all as signed and proved\n/)
  assert.match(proved.stderr, /^standard output: \d+ versions?, \d+ files/)
  const importing =
    'modgate bundle import - --key "$KEY" --data "$FAR" --log-name far.test/log --log-guard "$FAR.guard"'
  const imported = await shell(t, gap, `modgate bundle export -o - --all 2>/dev/null | ${importing}`).ended
  assert.equal(imported.code, 0, imported.stderr)
  assert.match(imported.stdout, /^imported \d+ files/)
  const piped = await shell(t, gap, 'modgate bundle verify <(cat "$BUNDLE") --key "$KEY"').ended
  assert.equal(piped.code, 0, piped.stderr)
  assert.ok(!(await readdir(join(gap.far, '..'))).some((name) => name.startsWith('modgate-bundle-')))
})

test('Ctrl-C tells how far an import has come, and the next run goes on', async (t) => {
  const gap = await airGap(t, ['--project', 'big.example/blob@v1.0.0'])
  const waiting = shell(t, gap, 'exec "$NODE" --conditions=modgate-source "$MAIN" bundle import - --key "$KEY" --data "$FAR" < <(sleep 60)') // prettier-ignore
  const temporary = async () => (await readdir(join(gap.far, '..'))).some((name) => name.startsWith('modgate-bundle-'))
  while (!(await temporary()) && !(await isOver(waiting))) await sleep(5)
  waiting.signal('SIGINT')
  const early = await waiting.ended
  assert.equal(early.code, 130, early.stderr)
  assert.match(early.stderr, /modgate: stopped: the bundle had not come, and nothing was let in/)
  assert.ok(!(await temporary()))
  const importing = 'exec "$NODE" --conditions=modgate-source "$MAIN" bundle import "$BUNDLE" --key "$KEY" --data "$FAR" --log-name far.test/log --log-guard "$FAR.guard"' // prettier-ignore
  const child = shell(t, gap, importing)
  while ((await moduleFiles(gap.far)).length === 0 && !(await isOver(child))) await sleep(2)
  child.signal('SIGINT')
  const late = await child.ended
  // It may have been faster than the signal.
  assert.ok(late.code === 130 || late.code === 0, late.stderr)
  if (late.code === 130) assert.match(late.stderr, /modgate: stopped: \d+ of \d+ files let in; the next run goes on/)
  const again = await gap.import()
  assert.equal(again.code, 0, again.stderr)
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
    /^failed private\.example\/team\/secret@v1\.0\.0: no-record: the bundle has no record of it in sumdb\.example \(\S+one\.bundle\)$/m,
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
  ['a directory', ['verify', '.', '--any-signer'], 2, /modgate: \.: is a directory\n/],
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
