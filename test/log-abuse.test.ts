// The covering log under a flood of lookups that lead nowhere, with names that no file can have, and on a full disk.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { testDatabase } from './harness/database.ts'
import { type Gate, startGate } from './harness/gate.ts'
import { logVerifier } from './harness/log-verifier.ts'
import { eventually, resourcesOf } from './harness/resources.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const name = 'gate.test/abuse'
const mebibyte = 1 << 20

/** What the gate's page says to paste. */
const verifierOf = async ({ url }: Gate) => /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(url)).text())![1]!

const flagsOf = (upstream: Upstream, guard: string) => [
  ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--prefetch', 'off'],
  ...['--log-name', name, '--log-guard', join(guard, 'log.guard')],
]

async function lookUp({ url }: Gate, module: string): Promise<number> {
  const response = await fetch(`${url}/sumdb/${name}/lookup/${module}`)
  await response.arrayBuffer()
  return response.status
}

/** Sends requests as they stand, which no client library would do, on one connection; answers their statuses. */
async function rawStatuses({ url }: Gate, targets: readonly string[]): Promise<readonly number[]> {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  const request = (target: string, i: number) =>
    `GET ${target} HTTP/1.1\r\nHost: gate\r\n${i === targets.length - 1 ? 'Connection: close\r\n' : ''}\r\n`
  socket.write(Buffer.from(targets.map(request).join(''), 'latin1'))
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk))
  await once(socket, 'close')
  return [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((found) => Number(found[1]))
}

/** Every `step`-th of so many lookups of what is nowhere, some at a time. */
async function misses(
  gate: Gate,
  from: number,
  { to, step }: { to: number; step: number },
): Promise<readonly number[]> {
  const targets: string[] = []
  for (let i = from; i < to; i += step) targets.push(`/sumdb/${name}/lookup/nosuch-${i}.example/m@v1.0.${i}`)
  const statuses: number[] = []
  while (targets.length > 0) statuses.push(...(await rawStatuses(gate, targets.splice(0, 50))))
  return statuses
}

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort()
}

const hostile: readonly string[] = [
  ...['a.example/x', 'a.example/x@', '@v1.0.0', 'a.example/x@latest', 'a.example/x@v1', 'a.example/x@v2.0.0'],
  ...[
    'A.example/x@v1.0.0',
    'a.example/X@v1.0.0',
    'a.example/!x@v1.0.0',
    'a.example/!!@v1.0.0',
    'a.example/x@v1.0.0-RC',
  ],
  ...[
    '../../../../etc/passwd@v1.0.0',
    '..%2f..%2fx@v1.0.0',
    'a.example/../b@v1.0.0',
    'a.example//x@v1.0.0',
    '/@v1.0.0',
  ],
  ...['a.example/x@v1.0.0/../../latest', 'a.example/x@v1.0.0@v1.0.0', 'a.example/%00@v1.0.0', 'a.example/%0a@v1.0.0'],
  ...['a.example/x%7f@v1.0.0', 'a.example/\x01@v1.0.0', 'a.example/\xff@v1.0.0', 'a.example/%ff%fe@v1.0.0'],
  ...['a.example/x@v1.0.0%20h1', 'a.example/x@v1.0.0\t', 'a.example/con@v1.0.0', 'a.example/x?y@v1.0.0', 'x@v1.0.0'],
  ...[3000, 70_000].map((n) => `a.example/${'x'.repeat(n)}@v1.0.0`),
  `a.example/x@v1.0.0-${'0'.repeat(3000)}`,
  `a.example/${'!x'.repeat(1500)}@v1.0.0`,
  `${'a/'.repeat(1500)}@v1.0.0`,
]

test('a flood of lookups that lead nowhere costs no file and no lasting memory, and is answered with 400 or 404', async (t) => {
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, { flags: flagsOf(upstream, await temporaryDirectory(t)) })
  assert.equal(await lookUp(gate, 'hello.example/hello@v1.0.0'), 200)
  const flood = async (from: number, to: number) => {
    const statuses = await Promise.all(
      Array.from({ length: 16 }, (_, client) => misses(gate, from + client, { to, step: 16 })),
    )
    assert.deepEqual(
      statuses.flat(),
      Array.from({ length: to - from }, () => 404),
    )
    upstream.forget()
    return resourcesOf(gate.pid)
  }
  const warm = await flood(0, 5000)
  const before = await eventually(
    () => filesBelow(gate.data),
    (files) => files.every((each) => !/checkpoint|lock/.test(each)),
  )
  for (const target of hostile) {
    const [status = 0] = await rawStatuses(gate, [`/sumdb/${name}/lookup/${target}`])
    assert.ok([400, 404, 414, 431].includes(status), `${JSON.stringify(target.slice(0, 60))}: ${status}`)
  }
  const after = await flood(5000, 20_000)
  if (warm && after) {
    assert.ok(after.memory - warm.memory < 80 * mebibyte, `${(after.memory - warm.memory) / mebibyte} MiB more`)
    assert.ok(after.descriptors - warm.descriptors < 50)
  }
  assert.deepEqual(await filesBelow(gate.data), before)
  assert.equal(await lookUp(gate, 'hello.example/hello@v1.1.0'), 200)
})

test('a version whose name is too long for a file is recorded once, and the log goes on', async (t) => {
  const program = await requireComponent(t, 'log-verifier')
  if (program === undefined) return
  const version = `v1.0.0-${'a'.repeat(300)}`
  const long = `module long.example/m ${version}\ntime 2024-01-01T00:00:00Z\n-- go.mod --\nmodule long.example/m\n`
  const upstream = await corpusUpstream(t, { corpus: loadCorpus([long]) })
  const [data, guard] = [await temporaryDirectory(t), await temporaryDirectory(t)]
  const start = () => startGate(t, { data, flags: flagsOf(upstream, guard) })
  const first = await start()
  for (const module of [`long.example/m@${version}`, 'hello.example/hello@v1.0.0'])
    assert.equal(await lookUp(first, module), 200)
  await first.stop()
  const again = await start()
  for (const module of [`long.example/m@${version}`, 'hello.example/hello@v1.1.0'])
    assert.equal(await lookUp(again, module), 200)
  const verified = await (await logVerifier(t, program, await verifierOf(again))).run(again.url)
  assert.match(verified.stdout, /"size":3,/, verified.stderr)
})

test('a disk that is full during appends refuses what is new as unknown, never as absent, and loses nothing', async (t) => {
  const program = await requireComponent(t, 'log-verifier')
  if (program === undefined) return
  const disk = await smallDisk(t, 24)
  if (disk === undefined) return
  const upstream = await corpusUpstream(t, { database: await testDatabase(loadCorpus(), { filler: 400 }) })
  const data = join(disk.path, 'data')
  await mkdir(data)
  const guard = await temporaryDirectory(t)
  const start = () => startGate(t, { data, flags: flagsOf(upstream, guard) })
  const gate = await start()
  const statuses = (of: Gate, from: number, to: number) =>
    Promise.all(Array.from({ length: to - from }, (_, i) => lookUp(of, `filler.example/n@v1.0.${from + i}`)))
  const all = (n: number) => Array.from({ length: n }, () => 200)
  assert.deepEqual(await statuses(gate, 0, 50), all(50))
  const filling = statuses(gate, 50, 150)
  await disk.fill()
  for (const status of await filling) assert.ok(status === 200 || status >= 500, String(status))
  const full = await statuses(gate, 150, 250)
  assert.ok(
    full.every((status) => status === 200 || status >= 500) && full.some((status) => status >= 500),
    String(full),
  )
  assert.deepEqual(await statuses(gate, 0, 50), all(50))
  await gate.kill9()
  await disk.makeRoom()
  const again = await start()
  assert.deepEqual(await statuses(again, 0, 400), all(400))
  const verified = await (await logVerifier(t, program, await verifierOf(again))).run(again.url)
  assert.match(verified.stdout, /"size":400,/, verified.stderr)
})
