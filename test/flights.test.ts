// One fetch for all who wait, nobody waits for what they did not ask for, and a zip is followed while it grows.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { test, type TestContext } from 'node:test'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import type { Found } from '../tools/components/index.ts'
import { requireComponent } from './harness/components.ts'
import { type CorpusModule, zipOf } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const big = '/big.example/blob/@v/v1.0.0.zip'

async function gateOver(t: TestContext): Promise<{ upstream: Upstream; url: string; restart: () => Promise<string> }> {
  const upstream = await corpusUpstream(t)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const gate = await startGate(t, { flags })
  const restart = async () => {
    await gate.kill9()
    return (await startGate(t, { flags, data: gate.data })).url
  }
  return { upstream, url: gate.url, restart }
}

/** The answer as soon as its head is there. */
async function ask(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage]
  return response
}

async function clients(t: TestContext, toolchain: Found, count: number, proxy: string, sumdb: string) {
  return Promise.all(Array.from({ length: count }, () => goClient(t, { toolchain, proxy, sumdb })))
}

test('eight cold clients at once cost the upstream one fetch of each thing', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { upstream, url } = await gateOver(t)
  const eight = await clients(t, toolchain, 8, url, upstream.database.key)
  const runs = await Promise.all(
    eight.map(async (client) => {
      await client.write({ 'go.mod': 'module main.example\n\ngo 1.20\n\nrequire graph.example/all v1.0.0\n' })
      return client.run(['mod', 'download', 'all'])
    }),
  )
  for (const { code, stderr } of runs) assert.equal(code, 0, stderr)
  const files = upstream.requests
    .map(({ path }) => path)
    .filter((path) => !/\/sumdb\/|\/@v\/list$|\/@latest$/.test(path))
  assert.deepEqual(files.toSorted(), [...new Set(files)].toSorted())
  const records = upstream.requests.map(({ path }) => path).filter((path) => path.includes('/lookup/'))
  assert.deepEqual(records.toSorted(), [...new Set(records)].toSorted())
  assert.ok(upstream.count('*.zip') > 5)
})

test('a hit, and an info of the same version, do not wait while three clients wait for a cold zip', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { upstream, url } = await gateOver(t)
  const [warm, ...waiting] = await clients(t, toolchain, 4, url, upstream.database.key)
  const hit = ['mod', 'download', 'hello.example/hello@v1.0.0']
  assert.equal((await warm!.run(hit)).code, 0)
  await warm!.forget()
  const zip = faults.held()
  upstream.fault(big, zip.fault)
  const runs = waiting.map((client) => client.start(['mod', 'download', 'big.example/blob@v1.0.0']))
  await zip.arrived
  assert.equal((await warm!.run(hit)).code, 0)
  assert.equal((await warm!.run(['list', '-m', 'big.example/blob@v1.0.0'])).code, 0)
  zip.release()
  for (const { code, stderr } of await Promise.all(runs.map(({ ended }) => ended))) assert.equal(code, 0, stderr)
  assert.equal(upstream.count(big), 1)
})

test('a zip is followed while it grows', async (t) => {
  const { upstream, url } = await gateOver(t)
  const whole = zipOf(upstream.corpus.find('big.example/blob', 'v1.0.0')!)
  const zip = faults.held(3 << 20)
  upstream.fault(big, zip.fault)
  const response = await ask(url + big)
  assert.equal(response.statusCode, 200)
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    // The upstream sends the rest only when a good part has arrived here.
    if (length > 1 << 20) zip.release()
  }
  assert.ok(Buffer.concat(chunks).equals(whole))
})

test('a client that leaves does not end the fetch that others follow', async (t) => {
  const { upstream, url } = await gateOver(t)
  const whole = zipOf(upstream.corpus.find('big.example/blob', 'v1.0.0')!)
  const zip = faults.held(3 << 20)
  upstream.fault(big, zip.fault)
  const leaving = await ask(url + big)
  const staying = await ask(url + big)
  leaving.destroy()
  zip.release()
  assert.ok((await buffer(staying)).equals(whole))
  assert.equal(upstream.count(big), 1)
})

test('a big zip with other content never arrives whole, and the next request is told why', async (t) => {
  const { upstream, url } = await gateOver(t)
  const { entries } = upstream.corpus.find('big.example/blob', 'v1.0.0')!
  upstream.fault(big, faults.tamperedZip(entries))
  const first = await ask(url + big)
  await assert.rejects(buffer(first), { code: 'ECONNRESET' })
  const second = await ask(url + big)
  assert.equal(second.statusCode, 502)
  assert.match((await buffer(second)).toString(), /checksum-mismatch/)
  upstream.heal()
})

test('a gate that is killed in the middle of a zip serves the whole zip after its next start', async (t) => {
  const { upstream, url, restart } = await gateOver(t)
  const whole = zipOf(upstream.corpus.find('big.example/blob', 'v1.0.0')!)
  const zip = faults.held(3 << 20)
  const heal = upstream.fault(big, zip.fault)
  const cut = await ask(url + big)
  cut.on('error', () => undefined)
  await zip.arrived
  const next = await restart()
  heal()
  zip.release()
  const response = await ask(next + big)
  assert.equal(response.statusCode, 200)
  assert.ok((await buffer(response)).equals(whole))
})

test('zips that are asked for at once arrive each with its own bytes, also from a store that memory knows nothing of', async (t) => {
  const { upstream, url, restart } = await gateOver(t)
  const modules = upstream.corpus.modules.filter((module) => !module.private)
  const pathOf = (module: CorpusModule) => `/${escapePath(module.path)}/@v/${escapeVersion(module.version)}.zip`
  const wrong = async (base: string) => {
    const asked = [...modules, ...modules, ...modules].map(async (module) => {
      const body = await buffer(await ask(base + pathOf(module)))
      return body.equals(zipOf(module)) ? [] : [module.path]
    })
    return (await Promise.all(asked)).flat()
  }
  assert.deepEqual(await wrong(url), [])
  assert.deepEqual(await wrong(await restart()), [])
})
