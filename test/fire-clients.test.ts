// Clients that dawdle, leave or only hold a connection: nobody else notices, and nothing of them stays.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { zipOf } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import { filesBelow } from './harness/audit.ts'
import { type Gate, logEntry, startGate } from './harness/gate.ts'
import { eventually, resourcesOf } from './harness/resources.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'
import { ask, fetched } from './harness/wire.ts'

const big = '/big.example/blob/@v/v1.0.0.zip'
const small = '/hello.example/hello/@v/v1.0.0.info'

async function gateOver(t: TestContext): Promise<{ upstream: Upstream; gate: Gate; whole: Buffer }> {
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
  return { upstream, gate, whole: zipOf(upstream.corpus.find('big.example/blob', 'v1.0.0')!) }
}

/** A client that takes one byte a second of what it asked for, as slowly as a receive window lets it. */
async function dawdler(t: TestContext, url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  t.after(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(`GET ${new URL(url).pathname} HTTP/1.1\r\nHost: gate\r\n\r\n`)
  await once(socket, 'readable')
  const reading = setInterval(() => void socket.read(1), 1000)
  t.after(() => clearInterval(reading))
  return socket
}

test('a client that reads one byte a second keeps nobody waiting, and the zip is kept once', async (t) => {
  const { upstream, gate, whole } = await gateOver(t)
  const slow = await dawdler(t, gate.url + big)
  const others = await Promise.all(Array.from({ length: 8 }, () => fetched(gate.url + big)))
  for (const { status, body } of others) assert.ok(status === 200 && body.equals(whole))
  assert.equal(upstream.count(big), 1)
  assert.equal(slow.closed, false)
  assert.ok(slow.bytesRead < whole.length, 'the slow client had it all before the others')
  assert.ok((await fetched(gate.url + big)).body.equals(whole))
})

test('fifty clients that read slowly cost buffers, not copies of the zip', async (t) => {
  const { gate, whole } = await gateOver(t)
  await fetched(gate.url + big)
  const before = await resourcesOf(gate.pid)
  await Promise.all(Array.from({ length: 50 }, () => dawdler(t, gate.url + big)))
  await sleep(500)
  const after = await resourcesOf(gate.pid)
  const grown = before === undefined ? 0 : (after!.memory - before.memory) / 2 ** 20
  assert.ok(grown < 80, `${grown} MiB for 50 readers of ${whole.length} bytes`)
  assert.equal((await fetched(gate.url + small)).status, 200)
})

test('clients that leave at any point of a cold zip leave no descriptor, no temporary file and a whole entry', async (t) => {
  const { upstream, gate, whole } = await gateOver(t)
  await fetched(gate.url + small)
  const before = await resourcesOf(gate.pid)
  upstream.fault(big, faults.slow(256 << 10, 20))
  const leaving = await Promise.all(Array.from({ length: 10 }, () => ask(gate.url + big)))
  for (const [index, response] of leaving.entries()) {
    response.on('error', () => undefined)
    setTimeout(() => response.destroy(), index * 50)
  }
  const kept = await eventually(
    () => fetched(`${gate.url}/cached-only${big}`),
    ({ status }) => status === 200,
  )
  assert.ok(kept.body.equals(whole), 'the fetch ended with those who started it')
  assert.equal(upstream.count(big), 1)
  assert.deepEqual(
    await eventually(
      () => filesBelow(`${gate.data}/spool`),
      (names) => names.length === 0,
    ),
    [],
  )
  if (before === undefined) return
  const after = await eventually(
    () => resourcesOf(gate.pid),
    (now) => now!.descriptors <= before.descriptors + 4,
  )
  assert.ok(after!.descriptors <= before.descriptors + 4, `${before.descriptors} before, ${after!.descriptors} after`)
})

test('a client that leaves is no failure: its line says aborted, and none is an error', async (t) => {
  const { upstream, gate } = await gateOver(t)
  const zip = faults.held(3 << 20)
  upstream.fault(big, zip.fault)
  const response = await ask(gate.url + big)
  response.on('error', () => undefined)
  response.destroy()
  const lines = () => gate.log.map((line) => logEntry(line) ?? {})
  const seen = await eventually(lines, (entries) => entries.some((entry) => entry['aborted'] === true))
  zip.release()
  assert.ok(seen.some((entry) => entry['aborted'] === true))
  assert.ok(!seen.some((entry) => entry['level'] === 'error'))
})

test('behind a thousand idle connections a request is answered at once, and they cost little', async (t) => {
  const { gate } = await gateOver(t)
  await fetched(gate.url + small)
  const before = await resourcesOf(gate.pid)
  const port = Number(new URL(gate.url).port)
  const idle = Array.from({ length: 1000 }, () => connect(port, '127.0.0.1'))
  t.after(() => idle.forEach((socket) => socket.destroy()))
  await Promise.all(idle.map((socket) => once(socket, 'connect')))
  // Half of them have begun a request that they never end.
  for (const socket of idle.slice(500)) socket.write('GET /hello.example/hello/@v/list HTTP/1.1\r\nHost: ')
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetched(gate.url + small)))
  assert.ok(answers.every(({ status }) => status === 200))
  if (before === undefined) return
  const { memory } = (await resourcesOf(gate.pid))!
  assert.ok(memory - before.memory < 60 << 20, `${(memory - before.memory) >> 20} MiB`)
  for (const socket of idle) socket.destroy()
  const after = await eventually(
    () => resourcesOf(gate.pid),
    (now) => now!.descriptors <= before.descriptors + 4,
  )
  assert.ok(after!.descriptors <= before.descriptors + 4, `${before.descriptors} before, ${after!.descriptors} after`)
})
