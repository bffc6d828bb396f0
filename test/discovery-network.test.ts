import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { test, type TestContext } from 'node:test'
import { discoveryParts } from '../packages/modgate/src/cli/discovery-parts.ts'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import type { Resolver } from '../packages/modgate/src/source/address-guard.ts'
import { basic, credentials } from '../packages/modgate/src/source/credentials/credentials.ts'
import { netrcCredentials } from '../packages/modgate/src/source/credentials/netrc-credentials.ts'
import { requireComponent } from './harness/components.ts'
import { connectProxy, oddCertificate } from './harness/known-failures/servers.ts'

const tag = (content: string) => `<meta name="go-import" content="${content}">`
const netrc = 'machine v.vanity.example login gate password secret'

/** Hosts below vanity.example behind an HTTP proxy, and a discovery that is sent through it. */
async function world(t: TestContext, answers: Readonly<Record<string, string>>) {
  const certificate = await oddCertificate(t, 'subjectAltName=DNS:*.vanity.example')
  const seen: string[] = []
  const server = createServer(certificate, ({ headers, url = '' }, response) => {
    seen.push(`${headers.host}${url} ${headers.authorization ?? '-'}`)
    const answer = answers[`${headers.host}${url}`] ?? ''
    if (answer.startsWith('https:')) response.writeHead(302, { location: answer }).end()
    else response.writeHead(answer === '' ? 404 : 200).end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, certificate.cert])
  t.after(() => setDefaultCACertificates(before))
  return { seen, ...discovery(t, await connectProxy(t, (server.address() as AddressInfo).port)) }
}

function discovery(t: TestContext, proxy?: string, resolve?: Resolver) {
  const old = process.env['HTTPS_PROXY']
  if (proxy !== undefined) process.env['HTTPS_PROXY'] = proxy
  // Only here is the environment read.
  const parts = discoveryParts(
    {
      privatePatterns: 'v.vanity.example/lib,v.vanity.example/lab',
      allowNetworks: ['10.1.0.0/16'],
      insecure: 'v.vanity.example/lab',
      listen: { host: '127.0.0.1', port: 8080 },
      limits: { connectMs: 10_000, firstByteMs: 10_000, stallMs: 10_000 },
      proxied: () => proxy !== undefined,
    },
    {
      clock: systemClock,
      credentials: credentials([netrcCredentials(async () => netrc)], () => []),
      ...(resolve ? { resolve } : {}),
    },
  )
  if (old === undefined) delete process.env['HTTPS_PROXY']
  else process.env['HTTPS_PROXY'] = old
  t.after(() => parts.close())
  const context = { id: 'test', trace: { traceId: '', spanId: '', sampled: false }, cachedOnly: false }
  return { find: (path: string) => parts.findRoot(path, { ...context, signal: AbortSignal.timeout(20_000) }) }
}

test('pages are asked over TLS, behind an HTTP proxy too, as who netrc says, and a redirect learns nothing of that', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const lib = 'v.vanity.example/lib git https://git.vanity.example/lib sub'
  const { find, seen } = await world(t, {
    'v.vanity.example/lib/x?go-get=1': tag(lib),
    'v.vanity.example/lib?go-get=1': 'https://w.vanity.example/page',
    'w.vanity.example/page': tag(lib),
  })
  const found = { vcs: 'git', url: 'https://git.vanity.example/lib', root: 'v.vanity.example/lib', subdirectory: 'sub' }
  assert.deepEqual(await find('v.vanity.example/lib/x'), found)
  assert.deepEqual(await find('v.vanity.example/lib'), found)
  const login = basic('gate', 'secret')
  assert.deepEqual(seen, [
    `v.vanity.example/lib/x?go-get=1 ${login}`,
    `v.vanity.example/lib?go-get=1 ${login}`,
    'w.vanity.example/page -',
  ])
})

test('a page cannot send the gate to itself or inside, behind a proxy either', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const targets = ['https://127.0.0.1:8080/x', 'https://localhost:8080/x', 'https://169.254.169.254/x', 'https://[::ffff:10.0.0.1]/x']
  const pages = targets.flatMap((url, index) => [
    [`v.vanity.example/m${index}?go-get=1`, tag(`v.vanity.example/m${index} mod ${url}`)],
    [`v.vanity.example/g${index}?go-get=1`, tag(`v.vanity.example/g${index} git ${url}`)],
    [`v.vanity.example/r${index}?go-get=1`, url],
  ])
  const { find } = await world(t, Object.fromEntries(pages) as Record<string, string>)
  for (const kind of ['m', 'g', 'r']) {
    for (const index of targets.keys()) {
      const failure = await find(`v.vanity.example/${kind}${index}`).catch((error: unknown) => error)
      assert.ok(failure instanceof Failure && failure.code === 'address-refused', `${kind}${index}: ${String(failure)}`)
    }
  }
}) // prettier-ignore

test('a host whose name leads inside is not connected to', async (t) => {
  const asked: string[] = []
  const { find } = discovery(t, undefined, async (host) => {
    asked.push(host)
    return [{ address: '127.0.0.1', family: 4 }]
  })
  await assert.rejects(find('v.vanity.example/lib'), { code: 'address-refused' })
  await assert.rejects(find('github.com/a/b'), { code: 'address-refused' })
  assert.deepEqual(asked, ['v.vanity.example', 'github.com'])
})

test('the page of a public module is asked as nobody, and leads to public addresses only', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const { find, seen } = await world(t, {
    'v.vanity.example/open?go-get=1': tag('v.vanity.example/open git https://git.vanity.example/open'),
    'v.vanity.example/lured?go-get=1': tag('v.vanity.example/lured git https://10.1.0.7/lib'),
    'v.vanity.example/lib?go-get=1': tag('v.vanity.example/lib git https://10.1.0.7/lib'),
  })
  await find('v.vanity.example/open')
  await assert.rejects(find('v.vanity.example/lured'), { code: 'address-refused' })
  assert.deepEqual(seen, ['v.vanity.example/open?go-get=1 -', 'v.vanity.example/lured?go-get=1 -'])
  assert.equal((await find('v.vanity.example/lib')).url, 'https://10.1.0.7/lib')
})

test('a page that may come without a known certificate is asked without a login', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const lab = tag('v.vanity.example/lab git http://git.vanity.example/lab')
  const { find, seen } = await world(t, { 'v.vanity.example/lab?go-get=1': lab })
  assert.equal((await find('v.vanity.example/lab')).url, 'http://git.vanity.example/lab')
  assert.deepEqual(seen, ['v.vanity.example/lab?go-get=1 -'])
})
