// The log of a gate is looked after while real gates and the real go use it: moved, looked at, drilled, and killed on the way.
import assert from 'node:assert/strict'
import { access, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CoveringLog } from '../packages/modgate/src/gateway/log/covering-log.ts'
import { moduleAt, recordText } from '../packages/modgate/src/gateway/log/test-log.ts'
import { logDirectory, logName, type LogDirectory } from '../packages/modgate/src/cli/test-log-world.ts'
import { requireComponent } from './harness/components.ts'
import { tamperedZip } from './harness/fault.ts'
import { logEntry, modgate, startGate, type Gate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { ownProcess, type Finished, type OwnedProcess } from './harness/process.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const name = 'gate.test/log'
const priv = 'private.example/team/secret'
const files = { 'go.mod': `module main.example\n\ngo 1.20\n\nrequire ${priv} v1.0.0\n` }

/** Runs `modgate log …` as a process of its own. */
function logCommand(t: TestContext, data: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return ownProcess(t, [...modgate, 'log', ...args, '--data', data], {
    cwd: data,
    env: { PATH: '/usr/bin:/bin', HOME: data, ...env },
  })
}

const verifierOf = async ({ url }: Gate) => /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(url)).text())![1]!

async function sumOf(client: GoClient): Promise<string> {
  const { code, stdout, stderr } = await client.run(['mod', 'download', 'all'])
  assert.equal(code, 0, stdout + stderr)
  return readFile(join(client.directory, 'go.sum'), 'utf8')
}

test('after a rotation an old client hears where to go, the new lines work, and a private version has the hash that it had', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const guard = join(await temporaryDirectory(t), 'log.guard')
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-guard', guard],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
  ]
  const client = async (gate: Gate, sumdb: string) => goClient(t, { toolchain, proxy: gate.url, sumdb, files })
  const gate = await startGate(t, { data, flags: [...flags, '--log-name', name] })
  const [oldKey, rotated] = [await verifierOf(gate), ['rotate', '--yes', '--json', '--log-guard', guard]]
  const old = await client(gate, oldKey)
  const sum = await sumOf(old)
  const status = await logCommand(t, data, ['status', '--log-guard', guard]).ended
  assert.equal(status.code, 0, status.stderr)
  assert.match(status.stdout, /^log +gate\.test\/log\n[^]*size +1 record\n[^]*signs +yes\n/)
  const { code, stdout, stderr } = await logCommand(t, data, rotated).ended
  assert.equal(code, 0, stderr)
  const { key } = JSON.parse(stdout) as { key: string }

  // The gate that still runs answers what it has, and begins nothing.
  const ask = async (module: string) => fetch(`${gate.url}/sumdb/${name}/lookup/${module}`)
  assert.equal((await ask(`${priv}@v1.0.0`)).status, 200)
  const refused = await ask('hello.example/hello@v1.1.0')
  assert.equal(refused.status, 503)
  assert.match(await refused.text(), /the log has moved to gate\.test\/log\/e2/)
  await gate.stop()

  await assert.rejects(
    startGate(t, { data, flags: [...flags, '--log-name', name] }),
    /say --log-name gate\.test\/log\/e2/,
  )
  const next = await startGate(t, { data, flags })
  assert.equal(await verifierOf(next), key)
  await old.forget()
  old.env['GOPROXY'] = next.url
  await rm(join(old.directory, 'go.sum'))
  const failed = await old.run(['mod', 'download', 'all'])
  assert.equal(failed.code, 1)
  assert.ok((failed.stdout + failed.stderr).includes(`go env -w GOSUMDB=${key}`), failed.stdout + failed.stderr)
  assert.equal(await sumOf(await client(next, key)), sum)
  await next.stop()

  // The bytes are gone and the source has others: only the log knows what was seen first.
  await rm(join(data, 'modules', priv), { recursive: true })
  upstream.fault(`*${priv}/@v/v1.0.0.zip`, tamperedZip(upstream.corpus.find(priv, 'v1.0.0')!.entries))
  const emptied = await startGate(t, { data, flags })
  const moved = await (await client(emptied, key)).run(['mod', 'download', `${priv}@v1.0.0`])
  assert.equal(moved.code, 1)
  assert.match(moved.stdout + moved.stderr, /the gate's own log has h1:/)
})

/** Polls, since it waits for what another process does on the disk. */
async function until(what: string, isThere: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isThere()); waited += 2) {
    assert.ok(waited < 60_000, `${what}: never`)
    await sleep(2)
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

async function fillAtOnce(world: LogDirectory, count: number): Promise<void> {
  const all = Array.from({ length: count }, (_, i) => ({ module: moduleAt(i), text: recordText(moduleAt(i)) }))
  await world.gate((log: CoveringLog) => log.appendAll(all))
}

test('a rotation that is killed again and again leaves a log that signs each time, and loses no record in the end', async (t) => {
  const world = await logDirectory(t)
  const count = 600
  await fillAtOnce(world, count)
  const next = join(world.log, 'e2')
  const old = await readFile(world.key, 'utf8')
  const points: readonly (readonly [what: string, isThere: () => Promise<boolean>])[] = [
    ['the journal', () => exists(`${world.key}.rotation`)],
    ['the first head', () => exists(join(next, 'log-head'))],
    ['the first lookups', () => exists(join(next, 'lookup'))],
    ['the new key', async () => (await readFile(world.key, 'utf8')) !== old],
  ]
  const rotate = () =>
    logCommand(t, world.data, ['rotate', '--yes', '--json', '--log-guard', world.guard, '--log-key', world.key])
  for (const [i, [what, isThere]] of points.entries()) {
    const running = rotate()
    await Promise.race([until(what, isThere), running.ended])
    running.signal('SIGKILL')
    await running.ended
    await world.gate(async (log) => {
      const { signs } = await log.status()
      assert.ok(signs, `after ${what} the log refuses to sign`)
      await log.append(moduleAt(count + i), recordText(moduleAt(count + i)))
    }, {})
  }
  // Where the last kill came after its end there is nothing left to do.
  if (await exists(`${world.key}.rotation`)) assert.equal((await rotate().ended).code, 0)
  await world.gate(async (log) => {
    assert.equal(log.name, `${logName}/e2`)
    assert.equal((await log.status()).size, count + points.length)
    for (const i of [0, 1, 300, count - 1]) assert.equal((await log.find(moduleAt(i)))?.id, i)
    for (const i of points.keys()) assert.ok(await log.find(moduleAt(count + i)), `record ${count + i} is gone`)
  }, {})
})

async function interrupted(running: OwnedProcess): Promise<Finished> {
  running.signal('SIGINT')
  return running.ended
}

test('Ctrl-C ends a rotation with the way to go on, and a drill without its copy', async (t) => {
  const world = await logDirectory(t)
  await fillAtOnce(world, 600)
  const temporary = await temporaryDirectory(t)
  const files = ['--log-guard', world.guard, '--log-key', world.key]
  const drill = logCommand(t, world.data, ['drill', ...files], { TMPDIR: temporary })
  await until('the copy', async () => (await readdir(temporary)).length > 0)
  const drilled = await interrupted(drill)
  // It may have come to its end a moment before.
  assert.ok(drilled.code === 0 || /it was interrupted/.test(drilled.stderr), drilled.stderr)
  assert.deepEqual(await readdir(temporary), [])
  const rotate = logCommand(t, world.data, ['rotate', '--yes', ...files])
  await until('the first records', () => exists(join(world.log, 'e2/log-head')))
  const rotated = await interrupted(rotate)
  assert.ok(
    rotated.code === 0 || /it was interrupted\n {2}next: .*goes on with it/.test(rotated.stderr),
    rotated.stderr,
  )
})

test('a guard on a disk that became read-only closes the log for status and rotate, and opens it again', async (t) => {
  const disk = await smallDisk(t, 1)
  if (!disk) return
  const world = await logDirectory(t)
  const guard = ['--log-guard', join(disk.path, 'state/log.guard')]
  await world.fill(0, 3, { logName, logGuard: guard[1]! })
  await disk.readOnly(true)
  const { code, stdout } = await world.run(['status', ...guard])
  assert.equal(code, 1)
  assert.match(stdout, /no \(guard-unwritable\)\nwhy .*read-only[^]*next +make room where the guard is/)
  const refused = await world.run(['rotate', '--yes', ...guard])
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /cannot be written[^]*next: give a file on another disk/)
  await disk.readOnly(false)
  assert.equal((await world.run(['rotate', '--yes', ...guard])).code, 0)
  assert.match((await world.run(['status', ...guard])).stdout, /^log +gate\.example\/log\/e2\n[^]*signs +yes\n/)
})

test('a drill without room for the copy says so, and copies nothing', async (t) => {
  const disk = await smallDisk(t, 1)
  if (!disk) return
  const world = await logDirectory(t)
  await world.fill(0, 3)
  const ended = await logCommand(t, world.data, ['drill', '--log-guard', world.guard], { TMPDIR: disk.path }).ended
  assert.equal(ended.code, 2)
  assert.match(ended.stderr, /too little room[^]*next: set TMPDIR/)
  assert.deepEqual(await readdir(disk.path), [])
})

const starts: readonly (readonly [claim: string, flags: (data: string) => readonly string[], says: RegExp])[] = [
  ['a guard below /proc', () => ['--log-guard', '/proc/modgate/log.guard'], /cannot be written[^]*next: give a file/],
  ['a guard in /proc', () => ['--log-guard', '/proc/log.guard'], /cannot be written[^]*next: give a file/],
  [
    'a guard below a file',
    (data) => ['--log-guard', join(data, '../file/log.guard')],
    /cannot be written[^]*next: give/,
  ],
  ['a guard in the data', (data) => ['--log-guard', join(data, 'log.guard')], /would be restored with it; give a file/],
  ['another name', () => ['--log-name', 'other.test'], /the key in .* is that of gate\.example\/log[^]*say --log-name/],
  ['a name with a port', () => ['--log-name', 'gate.test:80'], /holds a port/],
  ['a name with a +', () => ['--log-name', 'a+b'], /holds a \+/],
  [
    'a key that is none',
    (data) => ['--log-key', join(data, '../bad.key')],
    /holds no signer key[^]*next: restore the file/,
  ],
  ['a key for all to read', (data) => ['--log-key', join(data, '../open.key')], /read by others[^]*next: chmod 600/],
]

test('serve refuses what cannot be a log, with the remedy, and makes nothing', async (t) => {
  const world = await logDirectory(t)
  await world.fill(0, 1)
  await writeFile(join(world.data, '../file'), '')
  await writeFile(join(world.data, '../bad.key'), 'PRIVATE+KEY+nonsense\n', { mode: 0o600 })
  await writeFile(join(world.data, '../open.key'), await readFile(world.key), { mode: 0o644 })
  const before = await readdir(world.data, { recursive: true })
  await Promise.all(
    starts.map(async ([claim, flags, says]) => {
      const argv = [...modgate, 'serve', '--listen', '127.0.0.1:0', '--data', world.data, '--upstream', 'off']
      const env = { PATH: '/bin', HOME: world.data }
      const run = ownProcess(t, [...argv, '--log-guard', world.guard, ...flags(world.data)].filter(unlessGiven), {
        cwd: world.data,
        env,
      })
      const { code, stderr } = await run.ended
      assert.equal(code, 2, `${claim}: ${stderr}`)
      assert.match(stderr, says, claim)
    }),
  )
  assert.deepEqual(await readdir(world.data, { recursive: true }), before)
})

/** The last guard counts: stricli takes a flag once. */
function unlessGiven(arg: string, at: number, all: readonly string[]): boolean {
  const last = all.lastIndexOf('--log-guard')
  return at >= last || (arg !== '--log-guard' && all[at - 1] !== '--log-guard')
}

test('a guard that is in the data directory by default is warned of', async (t) => {
  const data = await temporaryDirectory(t)
  const gate = await startGate(t, {
    data,
    flags: ['--upstream', 'off', '--sumdb', 'off'],
    env: { XDG_STATE_HOME: data },
  })
  await gate.stop()
  assert.ok(gate.log.some((line) => /in the data directory/.test(String(logEntry(line)?.['msg']))))
})
