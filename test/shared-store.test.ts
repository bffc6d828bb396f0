// One data directory, several processes: two gates, and commands that look after the store while they run.
import assert from 'node:assert/strict'
import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { modgate, startGate, type Gate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { type Finished, ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const files = { 'go.mod': 'module main.example\n\ngo 1.20\n\nrequire graph.example/all v1.0.0\n' }

/** Runs `modgate cache …` on a data directory. */
function cache(t: TestContext, data: string, args: readonly string[]): Promise<Finished> {
  const env = { PATH: '/usr/bin:/bin', HOME: data, MODGATE_DATA: data }
  return ownProcess(t, [...modgate, 'cache', ...args], { cwd: data, env }).ended
}

async function filesBelow(directory: string, ending = ''): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending)).map(({ name }) => name)
}

test('two gates on one data directory serve eight cold clients, and every entry is whole afterwards', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const gates = await Promise.all([startGate(t, { data, flags }), startGate(t, { data, flags })])
  const clients = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      goClient(t, { toolchain, proxy: gates[i % 2]!.url, sumdb: upstream.database.key, files }),
    ),
  )
  const runs = await Promise.all(clients.map((client) => client.run(['mod', 'download', 'all'])))
  for (const { code, stderr } of runs) assert.equal(code, 0, stderr)
  const running = await cache(t, data, ['verify', '--sumdb', upstream.database.key])
  assert.equal(running.code, 0, `while they run: ${running.stdout}${running.stderr}`)
  for (const gate of gates) assert.equal((await gate.stop()).code, 0)
  const verified = await cache(t, data, ['verify', '--json', '--sumdb', upstream.database.key])
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  const { files: count, unconfirmed, unknown } = JSON.parse(verified.stdout) as Record<string, number>
  assert.ok(count! > 15, verified.stdout)
  assert.deepEqual([unconfirmed, unknown], [0, 0])
  assert.deepEqual(await filesBelow(join(data, 'spool')), [])
  assert.deepEqual(await filesBelow(join(data, 'quarantine')), [])
  assert.deepEqual(await filesBelow(join(data, 'modules'), '.lock'), [])
})

const mod = '/hello.example/hello/@v/v1.0.0.mod'

test('a gate does not answer from memory what a command has removed', async (t) => {
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
  const ask = async () => (await fetch(gate.url + mod)).headers.get('cache-status') ?? ''
  await ask()
  assert.match(await ask(), /hit/)
  assert.equal((await cache(t, gate.data, ['rm', 'hello.example/hello'])).code, 0)
  await until(async () => !/hit/.test(await ask()))
  assert.equal(upstream.count(mod), 2)
  assert.match(await ask(), /hit/)
})

test('what is damaged on disk is found by verify, and fetched again at once with --repair', async (t) => {
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
  const zip = mod.replace('.mod', '.zip')
  await (await fetch(gate.url + zip)).arrayBuffer()
  await gate.stop()
  await truncate(join(gate.data, 'modules', zip), 30)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const repaired = await cache(t, gate.data, ['verify', '--repair', ...flags])
  assert.match(
    repaired.stdout,
    /damaged hello\.example\/hello@v1\.0\.0 \(zip\): .*\n {2}set aside, and fetched again\n/,
  )
  assert.equal(repaired.code, 1)
  assert.equal((await cache(t, gate.data, ['verify', ...flags])).code, 0)
  assert.equal(upstream.count(zip), 2)
})

test('a gate with --cache-size stays below it, says so in its metrics, and still serves everything', async (t) => {
  const upstream = await corpusUpstream(t)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--cache-size', '5MB', '--memory', '0']
  const gate = await startGate(t, { flags })
  const modules = upstream.corpus.modules.filter((module) => !module.private)
  await until(async () => (await metric(gate, 'modgate_store_bytes')) !== undefined)
  for (let round = 0; round < 2; round++) {
    for (const { path, version } of modules) {
      if (/[A-Z]/.test(path)) continue
      const response = await fetch(`${gate.url}/${path}/@v/${version}.zip`)
      assert.equal(response.status, 200)
      await response.arrayBuffer()
    }
  }
  assert.ok((await metric(gate, 'modgate_store_bytes'))! <= 5e6)
  assert.ok((await metric(gate, 'modgate_evictions_total'))! > 0)
  await gate.stop()
  const collected = await cache(t, gate.data, ['gc', '--cache-size', '1MB'])
  assert.match(collected.stdout, /^evicted \d+ entries[^]*\nkept .* of module files\n$/)
  assert.equal(collected.code, 0, collected.stderr)
  const listed = await cache(t, gate.data, ['ls', '--json'])
  assert.ok((JSON.parse(listed.stdout) as { total: { bytes: number } }).total.bytes <= 1e6)
})

async function metric({ url }: Gate, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]
  return value === undefined ? undefined : Number(value)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.fail('it never came to hold')
}
