// One URL and one key: the real go verifies public modules, private ones and toolchains against the gate's own log.
import assert from 'node:assert/strict'
import { chmod, cp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Found } from '../tools/components/index.ts'
import { generateKey } from '@modgate/gomod/note'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { status, tamperedZip } from './harness/fault.ts'
import { logEntry, modgate, startGate, type Gate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { type Finished, ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const name = 'gate.test/log'
const priv = 'private.example/team/secret'
const program = {
  'go.mod': `module main.example\n\ngo 1.20\n\nrequire (\n\thello.example/hello v1.0.0\n\t${priv} v1.0.0\n)\n`,
}

interface World {
  readonly toolchain: Found
  readonly upstream: Upstream
  readonly data: string
  readonly guard: string
  readonly start: (more?: readonly string[]) => Promise<Gate>
  readonly client: (gate: Gate, sumdb?: string) => Promise<GoClient>
}

async function world(t: TestContext): Promise<World | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const guard = join(await temporaryDirectory(t), 'log.guard')
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', name, '--log-guard', guard],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
  ]
  return {
    ...{ toolchain, upstream, data, guard },
    start: (more = []) => startGate(t, { data, flags: [...flags, ...more] }),
    client: async (gate, sumdb) =>
      goClient(t, { toolchain, proxy: gate.url, sumdb: sumdb ?? (await verifierOf(gate)), files: program }),
  }
}

/** What the gate's page says to paste. */
async function verifierOf({ url }: Gate): Promise<string> {
  const page = await (await fetch(url)).text()
  return /^export GOSUMDB=(\S+)$/m.exec(page)![1]!
}

async function downloads(client: GoClient, args: readonly string[] = ['mod', 'download', 'all']): Promise<string> {
  const { code, stdout, stderr } = await client.run(args)
  assert.equal(code, 0, stdout + stderr)
  return readFile(join(client.directory, 'go.sum'), 'utf8').catch(() => '')
}

test('GOPROXY and GOSUMDB of the gate are all that a client needs, and the public lines are those of the public database', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const sum = await downloads(await made.client(gate))
  assert.match(sum, new RegExp(`^${priv} v1\\.0\\.0 h1:`, 'm'))
  const { privatePart } = await made.client(gate, made.upstream.database.key).then(async (client) => {
    Object.assign(client.env, { GONOSUMDB: 'private.example' })
    return { privatePart: await downloads(client) }
  })
  assert.equal(sum, privatePart)
  const mode = (await stat(join(made.data, 'modgate-log.key'))).mode & 0o777
  assert.equal(mode, 0o600)
})

test('the private name reaches no public database, and a second machine costs the upstream nothing', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  await downloads(await made.client(gate))
  assert.equal(made.upstream.count('/sumdb/*private*'), 0)
  const before = made.upstream.count('*')
  await downloads(await made.client(gate))
  assert.equal(made.upstream.count('*'), before)
})

test('a toolchain comes through the gate, verified by its log', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const client = await made.client(gate)
  await client.write({ 'go.mod': 'module main.example\n\ngo 1.99.0\n' })
  const { stdout, stderr } = await client.run(['version'], { GOTOOLCHAIN: 'auto' })
  assert.match(stdout + stderr, /1\.99\.0/)
  const lookup = await fetch(`${gate.url}/sumdb/${name}/lookup/golang.org/toolchain@v0.0.1-go1.99.0.linux-amd64`)
  assert.equal(lookup.status, 200)
})

test('go get -u ./... works against the log', async (t) => {
  const made = await world(t)
  if (!made) return
  const client = await made.client(await made.start())
  await client.write({
    'main.go': `package main\n\nimport "hello.example/hello"\n\nfunc main() { println(hello.Hello()) }\n`,
  })
  await downloads(client, ['get', '-u', './...'])
})

test('a private version that changes at its source is served as it was first seen, after a restart and an eviction too', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const first = await downloads(await made.client(gate))
  await gate.stop()
  made.upstream.fault(`*${priv}/@v/v1.0.0.zip`, tamperedZip(made.upstream.corpus.find(priv, 'v1.0.0')!.entries))
  const again = await made.start()
  assert.equal(await downloads(await made.client(again)), first)
  await rm(join(made.data, 'modules', priv), { recursive: true })
  await again.stop()
  const emptied = await made.start()
  const client = await made.client(emptied)
  const { code, stdout, stderr } = await client.run(['mod', 'download', `${priv}@v1.0.0`])
  assert.equal(code, 1)
  assert.match(stdout + stderr, /the gate's own log has h1:/)
})

test('cache rm --forget says that the log does not forget, and other bytes stay refused', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  await downloads(await made.client(gate))
  const machine = { home: made.data, cwd: made.data, environment: { PATH: '/usr/bin:/bin' } }
  const removed = await runCommand(['cache', 'rm', `${priv}@v1.0.0`, '--forget', '--data', made.data], machine)
  assert.match(removed.stdout, /refused unless it equals the record of the log/)
  assert.equal(removed.stderr, '')
  await gate.stop()
  made.upstream.fault(`*${priv}/@v/v1.0.0.zip`, tamperedZip(made.upstream.corpus.find(priv, 'v1.0.0')!.entries))
  const again = await made.start()
  const { stdout, stderr } = await (await made.client(again)).run(['mod', 'download', `${priv}@v1.0.0`])
  assert.match(stdout + stderr, /the gate's own log has h1:/)
})

test('what is not there has no record, what cannot be asked is not taken for absent, and neither is kept', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const ask = async (module: string) => (await fetch(`${gate.url}/sumdb/${name}/lookup/${module}`)).status
  assert.equal(await ask('hello.example/nosuch@v1.0.0'), 404)
  assert.equal(await ask('private.example/nosuch@v1.0.0'), 404)
  for (const hostile of [
    'hello.example/hello',
    'hello.example/hello@latest',
    'Hello.example/x@v1.0.0',
    '..%2f..@v1.0.0',
  ])
    assert.ok([400, 404].includes(await ask(hostile)), hostile)
  made.upstream.fault('*', status(500))
  assert.ok((await ask('hello.example/hello@v1.1.0')) >= 500)
  made.upstream.heal()
  assert.equal(await ask('hello.example/hello@v1.1.0'), 200)
})

test('the pinned head of a client stays good over kill -9 and restarts', async (t) => {
  const made = await world(t)
  if (!made) return
  let gate = await made.start()
  const client = await made.client(gate)
  for (const module of [
    'hello.example/hello@v1.0.0',
    `${priv}@v1.0.0`,
    'hello.example/hello@v1.1.0',
    'graph.example/all@v1.0.0',
  ]) {
    await downloads(client, ['mod', 'download', module])
    await gate.kill9()
    gate = await made.start()
    client.env['GOPROXY'] = gate.url
  }
})

test('a restored backup is served and not signed upon, and the client that saw more is not misled', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const client = await made.client(gate)
  await downloads(client, ['mod', 'download', 'hello.example/hello@v1.0.0'])
  await gate.stop()
  const backup = join(await temporaryDirectory(t), 'backup')
  await cp(made.data, backup, { recursive: true })
  const later = await made.start()
  client.env['GOPROXY'] = later.url
  await downloads(client, ['mod', 'download', `${priv}@v1.0.0`])
  await later.stop()
  await rm(made.data, { recursive: true })
  await cp(backup, made.data, { recursive: true })
  const restored = await made.start()
  client.env['GOPROXY'] = restored.url
  assert.ok(restored.log.some((line) => /had \d+ when it was signed last/.test(String(logEntry(line)?.['why']))))
  const lookup = (module: string) => fetch(`${restored.url}/sumdb/${name}/lookup/${module}`)
  assert.equal((await lookup('hello.example/hello@v1.0.0')).status, 200)
  const refused = await lookup('hello.example/hello@v1.1.0')
  assert.equal(refused.status, 503)
  assert.match(await refused.text(), /log-closed/)
})

test('a forged record or tile on disk never reaches a client', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  await downloads(await made.client(gate))
  const ask = ({ url }: Gate) => fetch(`${url}/sumdb/${name}/lookup/${priv}@v1.0.0`)
  const first = await (await ask(gate)).text()
  await gate.stop()
  const log = join(made.data, 'modules/sumdb', name)
  const forge = async (path: string) =>
    writeFile(path, (await readFile(path, 'utf8')).replaceAll(/(secret v1\.0\.0 h1:)..../g, '$1AAAA'))
  await forge(join(log, 'lookup', `${priv}@v1.0.0`))
  const again = await made.start()
  const answer = await ask(again)
  assert.equal(await answer.text(), first)
  await again.stop()
  await forge(join(log, 'lookup', `${priv}@v1.0.0`))
  for (const tile of await readdir(join(log, 'tile/8/data/000.p'))) await forge(join(log, 'tile/8/data/000.p', tile))
  const refused = await ask(await made.start())
  assert.equal(refused.status, 502)
  assert.match(await refused.text(), /log-damaged/)
})

test('a record whose file is lost is what it was, though its source has other bytes now', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const first = await downloads(await made.client(gate))
  await gate.stop()
  made.upstream.fault(`*${priv}/@v/v1.0.0.zip`, tamperedZip(made.upstream.corpus.find(priv, 'v1.0.0')!.entries))
  await rm(join(made.data, 'modules/sumdb', name, 'lookup'), { recursive: true })
  const again = await made.start()
  assert.equal(await downloads(await made.client(again)), first)
  assert.equal((await stat(join(made.data, 'modules/sumdb', name, 'lookup', `${priv}@v1.0.0`))).isFile(), true)
})

test('a key that is gone, another one, and a name that cannot be are refused at the start with the remedy', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  await downloads(await made.client(gate))
  await gate.stop()
  await rm(join(made.data, 'modgate-log.key'))
  await assert.rejects(made.start(), /has a head that was signed with it[^]*restore the file/)
  const key = join(await temporaryDirectory(t), 'other.key')
  await writeFile(key, `${generateKey(name).signer}\n`)
  await assert.rejects(made.start(['--log-key', key]), /may be read by others[^]*chmod 600/)
  await chmod(key, 0o600)
  await writeFile(key, 'PRIVATE+KEY+nonsense\n')
  await assert.rejects(made.start(['--log-key', key]), /holds no signer key/)
  for (const [bad, says] of [
    ['gate.test:8080', /holds a port/],
    ['gate.test+x', /holds a \+/],
    ['sum.golang.org', /the public database/],
  ] as const) {
    const argv: readonly string[] = [...modgate, 'serve', '--data', made.data, '--log-name', bad]
    const ended: Finished = await ownProcess(t, argv, { cwd: made.data, env: { PATH: '/bin', HOME: made.data } }).ended
    assert.equal(ended.code, 2)
    assert.match(ended.stderr, says)
  }
})
