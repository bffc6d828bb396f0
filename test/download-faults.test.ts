// `modgate download` where something is in its way: liars, cut connections, kills, a full disk, and others at the same cache.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Found } from '../tools/components/index.ts'
import { cacheTree } from './harness/cache-tree.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { content, held, reset, status, tamperedZip, truncated, truncatedChunked } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { rowModule } from './harness/row-module.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { smallDisk } from './harness/small-disk.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const rows = 12
const corpus = loadCorpus(Array.from({ length: rows }, (_, row) => rowModule(row, 200_000)))
const names = Array.from({ length: rows }, (_, row) => `row-${row}.example/m`)
const goMod = `module main.example\n\ngo 1.20\n\n${names.map((name) => `require ${name} v1.0.0\n`).join('')}`

interface Scene {
  readonly toolchain: Found
  readonly upstream: Upstream
  readonly client: GoClient
}

/** Somebody with a project of many modules, and an empty cache. */
async function scene(t: TestContext): Promise<Scene | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t, { corpus })
  const files = { 'go.mod': goMod }
  return {
    toolchain,
    upstream,
    client: await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files }),
  }
}

function downloaded({ client: { env, directory } }: Scene, args: readonly string[] = []) {
  return runCommand(['download', ...args], { home: env['HOME']!, cwd: directory, environment: env })
}

function started(t: TestContext, { client: { env, directory } }: Scene) {
  return ownProcess(t, [...modgate, 'download'], { cwd: directory, env })
}

/** What the go command says of the whole cache. */
async function verifies({ client }: Scene): Promise<void> {
  const { code, stdout, stderr } = await client.run(['mod', 'verify'], { GOPROXY: 'off' })
  assert.deepEqual([code, stdout], [0, 'all modules verified\n'], stderr)
}

/** Files that only mean something while somebody is at work. */
function unfinished({ client: { env } }: Scene): readonly string[] {
  return readdirSync(env['GOMODCACHE']!, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /[.]partial$|[.]zip\d+[.]tmp$/.test(path),
  )
}

const row0 = corpus.find('row-0.example/m', 'v1.0.0')!
const lies = [
  { of: 'a zip', path: '*/row-0.example/m/@v/v1.0.0.zip', fault: tamperedZip(row0.entries) },
  { of: 'what is no zip', path: '*/row-0.example/m/@v/v1.0.0.zip', fault: content('PK but not really') },
  { of: 'a go.mod', path: '*/row-0.example/m/@v/v1.0.0.mod', fault: content('module row-0.example/m\n\ngo 1.19\n') },
]
for (const { of: what, path, fault } of lies) {
  test(`a proxy that lies about ${what} is named, and nothing of it stays`, async (t) => {
    const at = await scene(t)
    if (at === undefined) return
    at.upstream.fault(path, fault)
    const { code, stderr } = await downloaded(at)
    assert.equal(code, 1)
    assert.ok(stderr.includes(`it came from ${at.upstream.url}`), stderr)
    assert.doesNotMatch(stderr, /\n\s+at |defect/)
    const left = Object.keys(cacheTree(at.client.env['GOMODCACHE']!)).filter(
      (file) => file.includes('row-0.example') && !file.startsWith('cache/download/sumdb/'),
    )
    assert.deepEqual(
      // What is honest may stay: the zip, where only the go.mod was not.
      left.filter((file) => (what === 'a go.mod' ? /@v\/v1[.]0[.]0[.]mod/ : /[.]zip|[.]tmp|partial|m@v1/).test(file)),
      [],
    )
    at.upstream.heal()
    assert.equal((await downloaded(at)).code, 0)
    await verifies(at)
  })
}

test('a zip that is cut goes on where it stopped, with a proxy that gives parts', async (t) => {
  const at = await scene(t)
  if (at === undefined) return
  const parts: string[] = []
  const server = createServer((request, response) => {
    void fetch(`${at.upstream.url}${request.url}`).then(async (answer) => {
      const bytes = Buffer.from(await answer.arrayBuffer())
      const { range } = request.headers
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
      if (request.url!.endsWith('.zip')) parts.push(`${from === 0 ? 'whole' : 'rest'} ${request.url}`)
      const isPart = range !== undefined
      response.writeHead(isPart ? 206 : answer.status, {
        'content-length': bytes.length - from,
        ...(isPart ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
      })
      if (isPart || !request.url!.endsWith('.zip')) response.end(bytes.subarray(from))
      else response.write(bytes.subarray(0, bytes.length >> 1), () => setTimeout(() => response.destroy(), 50))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  Object.assign(at.client.env, { GOPROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  const { code, stderr } = await downloaded(at)
  assert.deepEqual([code, stderr], [0, ''])
  await verifies(at)
  assert.deepEqual(
    ['whole', 'rest'].map((kind) => parts.filter((part) => part.startsWith(kind)).length),
    [rows, rows],
  )
})

test('cut connections and passing trouble are gone over', async (t) => {
  const at = await scene(t)
  if (at === undefined) return
  at.upstream.fault('*/row-1.example/m/@v/v1.0.0.zip', truncated(), 2)
  at.upstream.fault('*/row-2.example/m/@v/v1.0.0.zip', truncatedChunked(), 2)
  at.upstream.fault('*/row-3.example/m/@v/v1.0.0.mod', reset(), 2)
  at.upstream.fault('*/row-4.example/m/@v/v1.0.0.info', status(503, 'busy'), 2)
  at.upstream.fault('/sumdb/*/lookup/row-5.example/m@v1.0.0', status(502), 2)
  const { code, stderr } = await downloaded(at)
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(unfinished(at), [])
  await verifies(at)
})

test('kill -9 at any moment leaves nothing that go would trust, and the next run goes on', async (t) => {
  const at = await scene(t)
  if (at === undefined) return
  const random = seededRandom(testSeed(20_261_128))
  const kills = 5
  for (let kill = 0; kill < kills; kill++) {
    const running = started(t, at)
    // From the first moment at which it may have written anything on.
    await Promise.race([firstRequest(at.upstream), running.ended])
    await sleep(random() * 150)
    running.signal('SIGKILL')
    await running.ended
    at.upstream.forget()
    const { code, stderr } = await at.client.run(['mod', 'verify'], { GOPROXY: 'off', GOFLAGS: '-mod=mod' })
    // Modules that are not there yet are passed over; one that is there has to be whole.
    assert.doesNotMatch(stderr, /modified|unexpected|checksum mismatch/, `${code}: ${stderr}`)
  }
  const { code, stderr } = await downloaded(at)
  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(unfinished(at), [])
  await verifies(at)
})

async function firstRequest(upstream: Upstream): Promise<void> {
  while (upstream.count() === 0) await sleep(5)
}

test('Ctrl-C ends it with 130, and what has come is kept', async (t) => {
  const at = await scene(t)
  if (at === undefined) return
  const stuck = held(1000)
  at.upstream.fault('*/row-7.example/m/@v/v1.0.0.zip', stuck.fault)
  const running = started(t, at)
  await stuck.arrived
  running.signal('SIGINT')
  const { code, stderr } = await running.ended
  assert.equal(code, 130)
  assert.match(stderr, /stopped; what has come is kept/)
  stuck.release()
  at.upstream.heal()
  assert.equal((await downloaded(at)).code, 0)
  await verifies(at)
  const tree = cacheTree(at.client.env['GOMODCACHE']!)
  const unlisted = names.filter((name) => tree[`cache/download/${name}/@v/list`] === undefined)
  assert.deepEqual(unlisted, [], 'versions that were kept before are listed by the run that goes on')
})

test('two of modgate and one of go at the same cache at the same time are all right', async (t) => {
  const at = await scene(t)
  if (at === undefined) return
  const go = at.client.start(['mod', 'download'])
  const ended = await Promise.all([started(t, at).ended, started(t, at).ended, go.ended])
  for (const { code, stderr } of ended) assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(unfinished(at), [])
  await verifies(at)
  const zips = names.map((name) => at.upstream.count(`/${name}/@v/v1.0.0.zip`))
  // Under the lock of a version, one of them asks for its zip.
  assert.deepEqual(zips, Array(rows).fill(1))
})

test('a full disk is told, and room is all that the next run needs', async (t) => {
  const at = await scene(t)
  const disk = await smallDisk(t, 4)
  if (at === undefined || disk === undefined) return
  at.client.env['GOMODCACHE'] = join(disk.path, 'mod')
  const { code, stderr } = await downloaded(at)
  assert.equal(code, 1)
  assert.match(stderr, /the disk is full/)
  assert.match(stderr, /it goes on where it stopped/)
  assert.deepEqual(unfinished(at), [])
  await disk.grow(16)
  assert.equal((await downloaded(at)).code, 0)
  await verifies(at)
})
