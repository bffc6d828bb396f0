// What `doctor` asks of the network, against servers that misbehave on loopback; the real go says what comes of it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { test, type TestContext } from 'node:test'
import { thisMachine } from '../packages/modgate/src/config/machine.ts'
import { systemRunner } from '../packages/modgate/src/core/child-process.ts'
import { networkChecks } from '../packages/modgate/src/inspect/doctor/network-checks.ts'
import { readGoEnvironment } from '../packages/modgate/src/inspect/evidence/go-environment.ts'
import { collectNetwork, type NetworkOptions } from '../packages/modgate/src/inspect/evidence/network-collect.ts'
import type { NetworkEvidence } from '../packages/modgate/src/inspect/evidence/network-evidence.ts'
import type { Finding } from '../packages/modgate/src/inspect/finding.ts'
import { probeTable } from '../packages/modgate/src/report/probe-table.ts'
import { output } from '../tools/components/component.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import { testDatabase } from './harness/database.ts'
import * as faults from './harness/fault.ts'
import { goClient } from './harness/go-client.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const hello = 'hello.example/hello@v1.0.0'
const limits = { phaseMs: 700, placeMs: 3_000 }

interface Probe extends Partial<NetworkOptions> {
  readonly env: Readonly<Record<string, string>>
}

/** Probes from a machine that has nothing but these settings. */
async function probe(t: TestContext, { env, ...options }: Probe): Promise<NetworkEvidence> {
  const home = await temporaryDirectory(t)
  const environment = { PATH: process.env['PATH'], HOME: home, GOENV: 'off', GOPATH: `${home}/go`, ...env }
  const machine = { ...thisMachine(), environment, home, cwd: home }
  const go = await readGoEnvironment(machine)
  return collectNetwork(go, { machine, runner: systemRunner, module: hello, limits, ...options })
}

function findings(network: NetworkEvidence): readonly Omit<Finding, 'group'>[] {
  const go = { variables: new Map(), environment: {} }
  return networkChecks.flatMap((check) =>
    (check.find({ go, network }) ?? []).map((found) => ({ id: check.id, ...found })),
  )
}

const idsOf = (network: NetworkEvidence) => [...new Set(findings(network).map(({ id }) => id))]
const settings = (upstream: Upstream, proxy = upstream.url) => ({ GOPROXY: proxy, GOSUMDB: upstream.database.key })

test('an honest proxy is asked for everything, the database is proved, and no check has anything to say', async (t) => {
  const upstream = await corpusUpstream(t)
  const network = await probe(t, { env: settings(upstream) })
  assert.deepEqual(findings(network), [])
  const [place] = network.places
  assert.deepEqual(
    place!.answers.map(({ thing, status, fault }) => [thing, status, fault]),
    ['info', 'mod', 'zip', 'list', 'latest', 'supported', 'lookup', 'head'].map((thing) => [thing, 200, undefined]),
  )
  assert.ok(place!.answers.every(({ firstByteMs }) => firstByteMs !== undefined))
  assert.ok(place!.answers.find(({ thing }) => thing === 'lookup')!.treeSize! > 300)
  assert.ok(
    upstream.requests.every(
      ({ method, headers }) => method === 'GET' && headers['user-agent'] === 'Go-http-client/1.1',
    ),
  )
  const table = probeTable(network)
  assert.ok(
    table.split('\n').every((line) => line.length <= 100),
    table,
  )
  assert.match(table, /nobody, it has all; relays sumdb\.example/)
})

/** A fault of the first of two proxies, the checks that name it, and what the real go comes to with a comma and with a pipe. */
const rows: readonly (readonly [
  claim: string,
  matcher: string,
  fault: faults.Fault,
  ids: readonly string[],
  comma: boolean,
  pipe: boolean,
])[] = [
  ['403 for all files', '*.example/hello/@v/v*', faults.status(403, 'policy'), ['MG0808', 'MG0811'], false, true],
  ['401', '*.example/hello/@v/v*', faults.status(401), ['MG0808', 'MG0811'], false, true],
  ['429', '*.example/hello/@v/*.info', faults.status(429), ['MG0808'], false, true],
  ['503', '*.example/hello/@v/*.mod', faults.status(503), ['MG0809'], false, true],
  ['403 for the zip alone', '*.zip', faults.status(403), ['MG0808', 'MG0811'], false, true],
  ['a web page as info', '*.info', faults.html(), ['MG0810'], false, true],
  ['a web page as zip', '*.zip', faults.html(), ['MG0810'], false, false],
  ['the info of another version', '*.info', faults.content('{"Version":"v1.1.0"}'), ['MG0812'], false, true],
  ['a redirect loop', '*.info', faults.redirect((path) => path), ['MG0813'], false, true],
  ['a cut connection', '*.mod', faults.reset(), ['MG0802'], false, true],
  ['404', '/hello.example/*', faults.status(404), [], true, true],
  ['410', '/hello.example/*', faults.status(410), [], true, true],
]

test('each bad answer has its check, and who is asked next is what the real go does', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const [bad, good] = [await corpusUpstream(t), await corpusUpstream(t)]
  for (const [claim, matcher, fault, ids, comma, pipe] of rows) {
    await t.test(claim, async () => {
      const heal = bad.fault(matcher, fault)
      for (const [separator, goesOn] of [
        [',', comma],
        ['|', pipe],
      ] as const) {
        const env = { GOPROXY: `${bad.url}${separator}${good.url}`, GOSUMDB: 'off' }
        const go = await goClient(t, { toolchain, proxy: env.GOPROXY, sumdb: 'off' })
        const [network, download] = await Promise.all([probe(t, { env }), go.run(['mod', 'download', hello])])
        assert.deepEqual(idsOf(network), ids, separator)
        assert.equal(download.code === 0, goesOn, `${separator} ${download.stderr}`)
        const line = probeTable(network)
          .split('\n')
          .find((text) => text.startsWith(`${bad.url}: `))!
        assert.equal(line.includes(good.url), goesOn, line)
        assert.equal(network.places[1]!.reached, goesOn)
      }
      heal()
    })
  }
})

test('a place that go does not come to never hears the name of the module', async (t) => {
  const [first, second] = [await corpusUpstream(t), await corpusUpstream(t)]
  const network = await probe(t, { env: settings(first, `${first.url},${second.url}`) })
  assert.deepEqual(
    second.requests.map(({ path }) => path),
    ['/sumdb/sumdb.example/supported'],
  )
  assert.equal(network.places[1]!.reached, false)
  assert.match(network.omitted.join(), /not asked for hello\.example\/hello/)
})

test('a private pattern keeps the module from every proxy and the checksum database', async (t) => {
  const upstream = await corpusUpstream(t)
  const network = await probe(t, {
    env: { ...settings(upstream), GOPRIVATE: 'hello.example', GONOPROXY: 'hello.example', GONOSUMDB: 'hello.example' },
  })
  assert.equal(upstream.requests.length, 0)
  assert.deepEqual(
    network.places.map(({ kind }) => kind),
    ['direct', 'proxy'],
  )
  assert.ok(idsOf(network).includes('MG0801'))
})

const supported: readonly (readonly [status: number, ids: readonly string[], message: RegExp])[] = [
  [403, ['MG0821'], /supported: 403 Forbidden/],
  [500, ['MG0821'], /supported: 500 Internal Server Error/],
  [404, ['MG0801', 'MG0822'], /dial tcp|lookup sumdb\.example/],
]

test('`supported` decides how the database is asked, as for the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  for (const [status, ids, message] of supported) {
    await t.test(String(status), async () => {
      const heal = upstream.fault('*/supported', faults.status(status))
      const network = await probe(t, { env: settings(upstream) })
      assert.deepEqual(idsOf(network), ids)
      const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key })
      assert.match((await go.run(['mod', 'download', hello])).stderr, message)
      heal()
    })
  }
})

test('a database with another key, without the record, or with another history is found out', async (t) => {
  const upstream = await corpusUpstream(t)
  const honest = upstream.database
  const home = await temporaryDirectory(t)
  const env = { ...settings(upstream), GOPATH: `${home}/go` }
  upstream.database = await testDatabase(upstream.corpus, { seed: 2 })
  assert.deepEqual(idsOf(await probe(t, { env })), ['MG0823'])
  upstream.database = await testDatabase(upstream.corpus, {
    claim: (record) => (record.startsWith('hello') ? undefined : record),
  })
  assert.deepEqual(idsOf(await probe(t, { env })), ['MG0825'])
  upstream.database = await testDatabase(upstream.corpus, {
    claim: (record) => record.replace('n v1.0.7 ', 'm v1.0.7 '),
  })
  assert.deepEqual(idsOf(await probe(t, { env })), [], 'nothing is pinned yet')
  const pinned = (await honest.answer('latest'))!.toString()
  await writeFiles(`${home}/go`, { 'pkg/sumdb/sumdb.example/latest': pinned })
  const forked = findings(await probe(t, { env }))
  assert.deepEqual([...new Set(forked.map(({ id }) => id))], ['MG0824'])
  assert.match(forked[0]!.title, /another history/)
  upstream.database = await testDatabase(upstream.corpus, {
    claim: (record) => (record.startsWith('golang.org/') ? undefined : record),
  })
  const behind = findings(await probe(t, { env })).filter(({ id }) => id === 'MG0824')
  assert.match(behind[0]?.title ?? '', /is behind: it signs \d+ records/)
})

test('a closed port, an unknown name, a silent server and one without TLS have a check each', async (t) => {
  const silent = await listener(t)
  const dead = await corpusUpstream(t)
  await dead.stop()
  const plain = await corpusUpstream(t)
  const cases = [
    [dead.url, 'MG0802', /refuses connections/],
    ['https://nowhere.invalid', 'MG0801', /no address/],
    [`http://127.0.0.1:${silent}`, 'MG0802', /does not answer/],
    [`https://127.0.0.1:${silent}`, 'MG0802', /in time/],
    [plain.url.replace('http:', 'https:'), 'MG0802', /does not speak TLS/],
    [plain.url.replace('http://', 'http://me:hunter22@'), 'MG0815', /credentials in an http URL/],
  ] as const
  for (const [GOPROXY, id, title] of cases) {
    const network = await probe(t, { env: { GOPROXY, GOSUMDB: 'off' } })
    const found = findings(network).filter((one) => one.id === id)
    assert.match(found[0]?.title ?? `${GOPROXY}: ${JSON.stringify(findings(network))}`, title)
    assert.doesNotMatch(JSON.stringify(network) + probeTable(network), /hunter22/)
  }
})

test('TLS is judged as go judges it: authority, host, dates; a named authority is trusted', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t, { tls: certificate })
  const env = { GOPROXY: upstream.url, GOSUMDB: 'off' }
  const trusting = { ...env, SSL_CERT_FILE: certificate.certFile, SSL_CERT_DIR: '/nowhere' }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: 'off' })

  assert.deepEqual(idsOf(await probe(t, { env })), ['MG0803'])
  assert.match((await go.run(['mod', 'download', hello])).stderr, /certificate signed by unknown authority/)

  const trusted = await probe(t, { env: trusting })
  assert.deepEqual(idsOf(trusted), [])
  assert.equal(trusted.places[0]!.contact!.tls!.authority, 'private')
  const { stderr } = await go.run(['mod', 'download', hello], { SSL_CERT_FILE: certificate.certFile })
  assert.equal(stderr, '')

  const day = 86_400_000
  const later = await probe(t, { env: trusting, now: () => Date.now() + 3 * day })
  assert.deepEqual(idsOf(later), ['MG0804'])
  upstream.fault('*.info', faults.redirect(`http://127.0.0.1:1/`))
  assert.ok(idsOf(await probe(t, { env: trusting })).includes('MG0813'))
})

test('a certificate for other names is refused for its name, by go and here', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await certificateFor(t, 'DNS:other.example')
  const upstream = await corpusUpstream(t, { tls: certificate })
  const env = { GOPROXY: upstream.url, GOSUMDB: 'off', SSL_CERT_FILE: certificate.certFile, SSL_CERT_DIR: '/nowhere' }
  assert.deepEqual(idsOf(await probe(t, { env })), ['MG0805'])
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: 'off' })
  const { stderr } = await go.run(['mod', 'download', hello], { SSL_CERT_FILE: certificate.certFile })
  assert.match(stderr, /x509: /)
})

test('an HTTP proxy in between is gone through, its refusal named and its password kept', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await certificateFor(t, 'DNS:goproxy.example')
  const upstream = await corpusUpstream(t, { tls: certificate })
  const seen: string[] = []
  const open = await httpProxy(t, { to: Number(new URL(upstream.url).port), seen })
  const env = {
    GOPROXY: 'https://goproxy.example',
    GOSUMDB: 'off',
    HTTPS_PROXY: `http://me:hunter22@127.0.0.1:${open}`,
    SSL_CERT_FILE: certificate.certFile,
    SSL_CERT_DIR: '/nowhere',
  }
  const network = await probe(t, { env })
  assert.deepEqual(findings(network), [])
  assert.equal(network.places[0]!.contact!.through, `http://127.0.0.1:${open}`)
  assert.match(seen[0]!, /^CONNECT goproxy\.example:443 .*Proxy-Authorization: Basic/s)
  assert.doesNotMatch(JSON.stringify(network) + probeTable(network), /hunter22/)
  const shut = await httpProxy(t, { to: 0, seen })
  const refused = findings(await probe(t, { env: { ...env, HTTPS_PROXY: `127.0.0.1:${shut}` } }))
  assert.match(refused[0]!.title, /not let through by the HTTP proxy/)
})

test('netrc credentials go to their host alone, and to nobody that it sends us to', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await loopbackCertificate(t)
  const [first, second] = [await corpusUpstream(t, { tls: certificate }), await corpusUpstream(t, { tls: certificate })]
  const home = await temporaryDirectory(t)
  await writeFiles(home, { '.netrc': `machine ${new URL(first.url).host} login me password hunter22\n` })
  first.fault(
    '*.mod',
    faults.redirect((path) => `${second.url}${path}`),
  )
  const env = {
    GOPROXY: first.url,
    GOSUMDB: 'off',
    NETRC: `${home}/.netrc`,
    SSL_CERT_FILE: certificate.certFile,
    SSL_CERT_DIR: '/nowhere',
  }
  const network = await probe(t, { env })
  assert.deepEqual(findings(network), [])
  assert.ok(first.requests.every(({ headers }) => headers.authorization?.startsWith('Basic ')))
  assert.deepEqual(
    second.requests.map(({ headers }) => headers.authorization),
    [undefined],
  )
  assert.doesNotMatch(JSON.stringify(network), /hunter22|aHVudGVyMjI/)
})

test('a module that is none is a wrong use, before anybody is asked', async (t) => {
  const upstream = await corpusUpstream(t)
  for (const module of ['', 'no spaces.example/x', 'hello.example/hello@main', '../x@v1.0.0']) {
    await assert.rejects(probe(t, { env: settings(upstream), module }), /module|version|path/)
  }
  assert.equal(upstream.requests.length, 0)
})

test('a clock that is wrong, and a server that is slow, are said', async (t) => {
  const upstream = await corpusUpstream(t)
  const env = { GOPROXY: upstream.url, GOSUMDB: 'off' }
  assert.deepEqual(idsOf(await probe(t, { env, now: () => Date.now() + 600_000 })), ['MG0814'])
  upstream.fault('*.mod', faults.delay(3_100))
  const slow = await probe(t, { env, limits: { phaseMs: 5_000, placeMs: 8_000 } })
  assert.deepEqual(idsOf(slow), ['MG0807'])
})

test('a folder is a place, and what it does not have is asked behind it', async (t) => {
  const upstream = await corpusUpstream(t)
  const folder = await temporaryDirectory(t)
  await writeFiles(folder, { 'hello.example/hello/@v/list': 'v1.0.0\n' })
  const network = await probe(t, { env: { GOPROXY: `file://${folder},${upstream.url}`, GOSUMDB: 'off' } })
  assert.deepEqual(
    network.places.map(({ kind, reached }) => [kind, reached]),
    [
      ['folder', true],
      ['proxy', true],
    ],
  )
  assert.deepEqual(findings(network), [])
})

interface HttpProxyOptions {
  /** The loopback port that every tunnel leads to; 0: all are refused. */
  readonly to: number
  readonly seen: string[]
}

/** An HTTP proxy that knows CONNECT and nothing else. */
async function httpProxy(t: TestContext, { to, seen }: HttpProxyOptions): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (head) => {
      seen.push(head.toString())
      if (to === 0) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
        return
      }
      const onward = connect(to, '127.0.0.1')
      onward.on('error', () => socket.destroy())
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** A self-signed certificate for these names. */
async function certificateFor(t: TestContext, names: string) {
  const directory = await temporaryDirectory(t)
  const [certFile, keyFile] = [`${directory}/cert.pem`, `${directory}/key.pem`]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  const end = ['-out', certFile, '-days', '2', '-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`]
  await output('openssl', ['req', '-x509', ...key, ...end])
  return { certFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

/** A server that takes connections and never says a word. */
async function listener(t: TestContext): Promise<number> {
  const server: Server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  server.on('connection', (socket) => {
    socket.on('error', () => undefined)
    t.after(() => socket.destroy())
  })
  return (server.address() as AddressInfo).port
}
