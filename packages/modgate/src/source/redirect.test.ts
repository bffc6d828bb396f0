import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guardedLookup, systemResolver } from './address-guard.ts'
import { mayRedirect, networkOf, type Network } from './addresses.ts'
import { networkOfHost, redirectTarget } from './redirect.ts'
import { failsWith, h1Server, h2Server, never, testPeer, textOf } from './test-peers.ts'

/** A server whose path is the number of redirects that are left. */
const countdown = (t: Parameters<typeof h1Server>[0]) =>
  h1Server(t, (request, response) => {
    const left = Number(request.url!.slice(1))
    if (left === 0) response.end('arrived')
    else response.writeHead(302, { location: `/${left - 1}` }).end('moved')
  })

test('ten redirects are followed, eleven are not, and a loop ends', async (t) => {
  const server = await countdown(t)
  const asking = testPeer(t)
  const answer = await asking.get(new URL('/10', server.url), never)
  assert.equal(await textOf(answer.body), 'arrived')
  const refused = failsWith('redirect-refused', /stopped after 10 redirects/)
  await assert.rejects(asking.get(new URL('/11', server.url), never), refused)
  const loop = await h1Server(t, (_request, response) => response.writeHead(301, { location: '/' }).end())
  await assert.rejects(asking.get(loop.url, never), refused)
  assert.equal(loop.asked.length, 11)
})

test('a status that only looks like a redirect, or names no place, is an answer', async (t) => {
  const server = await h1Server(t, (request, response) => {
    response.writeHead(Number(request.url!.slice(1)), request.url === '/302' ? {} : { location: '/200' }).end()
  })
  for (const status of [300, 302, 304, 305, 306]) {
    const answer = await testPeer(t).get(new URL(`/${status}`, server.url), never)
    assert.equal(answer.status, status)
  }
})

const targets: readonly [location: string, words: RegExp][] = [
  ['http://127.0.0.1:1/', /from https:\/\/ to http:\/\//],
  ['ftp://up.example/', /to ftp:/],
  ['file:///etc/passwd', /to file:/],
  ['data:text/plain,x', /to data:/],
  ['javascript:alert(1)', /to javascript:/],
  ['https://[::1', /no URL/],
  ['http://', /no URL/],
]

for (const [location, words] of targets) {
  test(`from https a redirect to ${location} is refused`, () => {
    const asked = new URL('https://up.example/a')
    assert.throws(() => redirectTarget(asked, asked, location), failsWith('redirect-refused', words))
  })
}

test('an upstream over TLS cannot lead to plain http, not even to itself', async (t) => {
  const server = await h2Server(t, (stream) => {
    stream.respond({ ':status': 307, location: `http://127.0.0.1:${server.port}/` }, { endStream: true })
  })
  await assert.rejects(testPeer(t).get(server.url, never), failsWith('redirect-refused', /from https:/))
})

test('credentials that a peer writes into a redirect are not used', () => {
  const asked = new URL('https://up.example/a')
  assert.equal(redirectTarget(asked, asked, 'https://u:p@up.example/b').href, 'https://up.example/b')
  assert.equal(redirectTarget(asked, asked, '//u:p@other.example/b').href, 'https://other.example/b')
})

const forbidden: readonly string[] = [
  'http://127.0.0.1:9/',
  'http://127.1:9/',
  'http://0x7f000001:9/',
  'http://2130706433:9/',
  'http://10.0.0.1/',
  'http://192.168.0.1/',
  'http://169.254.169.254/latest/meta-data/',
  'http://[::1]:9/',
  'http://[::ffff:169.254.169.254]/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://[fd00:ec2::254]/',
  'http://0.0.0.0:9/',
]

// This address reaches the machine itself, and belongs to no network that anybody may be led into.
const nowhere = (port: number) => new URL(`http://0.0.0.0:${port}/`)

for (const location of forbidden) {
  test(`a peer elsewhere cannot lead to ${location}`, async (t) => {
    const server = await h1Server(t, (_request, response) => response.writeHead(302, { location }).end())
    await assert.rejects(
      testPeer(t).get(nowhere(server.port), never),
      failsWith('redirect-refused', /an address of the/),
    )
    assert.equal(server.asked.length, 1)
  })
}

test('a peer elsewhere cannot lead to a name that stands for an address inside, and the name is not connected to', async (t) => {
  const server = await h1Server(t, (request, response) => {
    response.writeHead(302, { location: `http://localhost:${server.port}/inside` }).end(request.url)
  })
  const refused = failsWith('redirect-refused', /localhost has only addresses of a private network/)
  await assert.rejects(testPeer(t).get(nowhere(server.port), never), refused)
  assert.deepEqual(server.asked, ['GET /'])
})

test('a peer may lead to another of its own network, by address and by name', async (t) => {
  const other = await h1Server(t, (_request, response) => response.end('other'))
  for (const host of ['127.0.0.1', 'localhost']) {
    const server = await h1Server(t, (_request, response) => {
      response.writeHead(302, { location: `http://${host}:${other.port}/` }).end()
    })
    const answer = await testPeer(t).get(server.url, never)
    assert.equal(await textOf(answer.body), 'other')
  }
})

test('the guard lets a name through where its addresses are of the same network', async () => {
  const resolve = (from: Network) =>
    new Promise((done, fail) => {
      const guard = { allows: (address: string) => mayRedirect(from, networkOf(address)), resolve: systemResolver }
      guardedLookup(guard)('localhost', {}, (error, address) => (error ? fail(error) : done(networkOf(address))))
    })
  await assert.rejects(resolve('public'), { code: 'FORBIDDEN_ADDRESS' })
  await assert.rejects(resolve('private'), { code: 'FORBIDDEN_ADDRESS' })
  assert.equal(await resolve('loopback'), 'loopback')
})

test('the network of a host is that of its address, and public where it has none', async () => {
  assert.equal(await networkOfHost('[::1]'), 'loopback')
  assert.equal(await networkOfHost('10.1.2.3'), 'private')
  assert.equal(await networkOfHost('localhost'), 'loopback')
  assert.equal(await networkOfHost('no.such.name.invalid'), 'public')
})

test('credentials follow a redirect on their host, by path and by URL, and no other', async (t) => {
  const other = await h1Server(t, (_request, response) => {
    response.writeHead(302, { location: `${home.url.href}back` }).end()
  })
  const home = await h1Server(t, (request, response) => {
    const next: Record<string, string> = { '/': '/path', '/path': `${home.url.href}url`, '/url': other.url.href }
    const location = next[request.url!]
    if (location === undefined) response.end()
    else response.writeHead(302, { location }).end()
  })
  const url = new URL(home.url)
  url.username = 'gate'
  url.password = 'secret'
  const answer = await testPeer(t).get(url, never)
  await textOf(answer.body)
  assert.deepEqual(home.asked, ['GET /', 'GET /path', 'GET /url', 'GET /back'])
  const sent = `Basic ${Buffer.from('gate:secret').toString('base64')}`
  assert.deepEqual(home.authorizations, [sent, sent, sent, undefined])
  assert.deepEqual(other.authorizations, [undefined])
})
