// Push hooks: a real gate with answers that are good for an hour, a real repository, and the real go that sees a new tag at once.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { codeHost, type CodeHost } from './harness/code-host.ts'
import { requireComponent } from './harness/components.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { gitIn } from './harness/git-repository.ts'
import { goClient } from './harness/go-client.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const host = 'code.corp.test'
const lib = `${host}/team/lib`
const secret = 'the secret of the code host'

interface World {
  readonly code: CodeHost
  readonly data: string
  readonly secretFile: string
  readonly start: (more?: readonly string[]) => Promise<Gate>
}

async function world(t: TestContext): Promise<World | undefined> {
  for (const component of ['git', 'openssl'] as const)
    if ((await requireComponent(t, component)) === undefined) return undefined
  const code = await codeHost(t, host)
  code.pages.set(lib, 'team/lib.git')
  code.make('team/lib.git', (r) => {
    r.commit({ 'go.mod': `module ${lib}\n\ngo 1.20\n`, 'lib.go': 'package lib\n' })
    r.tag('v1.0.0')
    r.commit({ 'go.mod': `module ${lib}/v2\n\ngo 1.20\n` })
  })
  const data = await temporaryDirectory(t)
  const secretFile = join(await temporaryDirectory(t), 'hook.secret')
  await writeFile(secretFile, `${secret}\n`, { mode: 0o600 })
  const flags = [
    '--upstream',
    'off',
    '--sumdb',
    'off',
    '--log-name',
    'off',
    '--private',
    '*.corp.test',
    '--answer-ttl',
    '1h',
  ]
  const start = (more: readonly string[] = ['--hook-secret-file', secretFile]) =>
    startGate(t, { data, flags: [...flags, ...more], env: code.env })
  return { code, data, secretFile, start }
}

const bodyFor = (repository: string) => JSON.stringify({ repository: { ssh_url: `git@${host}:${repository}` } })

async function hook(gate: Gate, body = bodyFor('team/lib.git'), by = secret) {
  const headers = { 'x-hub-signature-256': `sha256=${createHmac('sha256', by).update(body).digest('hex')}` }
  const response = await fetch(`${gate.url}/hooks/push`, { method: 'POST', body, headers })
  return { status: response.status, text: await response.text() }
}

const text = async (gate: Gate, path: string) => (await fetch(`${gate.url}/${path}`)).text()

test('the real go sees a new tag at once after the hook, and until then what was there before', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  const made = toolchain && (await world(t))
  if (!made) return
  const gate = await made.start()
  const client = await goClient(t, {
    toolchain,
    proxy: gate.url,
    sumdb: 'off',
    files: { 'go.mod': 'module main.example\n' },
  })
  const versions = async () => (await client.run(['list', '-m', '-versions', `${lib}@v1.0.0`])).stdout.trim()
  const latest = async () => (await client.run(['list', '-m', `${lib}@latest`])).stdout.trim()
  assert.equal(await latest(), `${lib} v1.0.0`)
  gitIn(made.code.place('team/lib.git'), ['tag', 'v1.1.0', 'v1.0.0'])
  assert.equal(await versions(), `${lib} v1.0.0`)
  assert.deepEqual(await hook(gate), {
    status: 200,
    text: `${lib}: refreshed, 1 module\n  ${lib} list: 2 versions (was 1 version)\n`,
  })
  assert.equal(await versions(), `${lib} v1.0.0 v1.1.0`)
  assert.equal(await latest(), `${lib} v1.1.0`)
  assert.match(await text(gate, 'metrics'), /modgate_push_hooks_total\{result="refreshed"\} 1/)
})

test('a branch that was asked for, and a major version that is new, are asked for anew', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const info = async (query: string) =>
    (JSON.parse(await text(gate, `${lib}/@v/${query}.info`)) as { Version: string }).Version
  assert.match(await text(gate, `${lib}/@v/stable.info`), /unknown revision stable/)
  gitIn(made.code.place('team/lib.git'), ['branch', 'stable', 'v1.0.0'])
  assert.equal(await text(gate, `${lib}/v2/@v/list`), '')
  assert.equal(await info('v1.0.0'), 'v1.0.0')
  await hook(gate)
  assert.equal(await info('stable'), 'v1.0.0')
  gitIn(made.code.place('team/lib.git'), ['tag', 'v2.0.0', 'main'])
  gitIn(made.code.place('team/lib.git'), ['tag', 'v1.0.1', 'v1.0.0'])
  assert.equal(await text(gate, `${lib}/v2/@v/list`), '')
  await hook(gate)
  assert.equal(await text(gate, `${lib}/v2/@v/list`), 'v2.0.0\n')
  assert.equal(await info('stable'), 'v1.0.1')
})

test('a gate that was started anew knows the repository, also where callers need a token', async (t) => {
  const made = await world(t)
  if (!made) return
  const first = await made.start()
  assert.equal(await text(first, `${lib}/@v/list`), 'v1.0.0\n')
  assert.match(await text(first, `${lib}/@v/v1.0.0.info`), /v1\.0\.0/)
  await first.stop()
  gitIn(made.code.place('team/lib.git'), ['tag', 'v1.1.0', 'v1.0.0'])
  const gate = await made.start(['--hook-secret-file', made.secretFile, '--access', 'all'])
  assert.match((await hook(gate)).text, /list: 2 versions \(was 1 version\)/)
})

test('a hook for a repository from which nothing came asks nobody, and one with a wrong signature does nothing', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  const stranger = await hook(gate, bodyFor('team/other.git'))
  assert.deepEqual(stranger, {
    status: 200,
    text: `nothing came from ${host}/team/other so far: there is nothing to refresh\n`,
  })
  assert.deepEqual(made.code.asked, [])
  await text(gate, `${lib}/@v/v1.0.0.info`)
  const before = made.code.asked.length
  assert.equal((await hook(gate, undefined, 'some other secret')).status, 401)
  assert.equal(made.code.asked.length, before)
  assert.ok(gate.log.every((line) => !line.includes(secret)))
})

test('without a secret there is no such path, and a file that others may read is refused', async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start([])
  assert.equal((await hook(gate)).status, 404)
  const open = join(made.data, 'open.secret')
  await writeFile(open, secret, { mode: 0o644 })
  await assert.rejects(made.start(['--hook-secret-file', open]), (error: Error) => {
    return error.message.includes('chmod 600') && !error.message.includes(secret)
  })
})
