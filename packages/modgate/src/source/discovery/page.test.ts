import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import type { Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import type { FailureCode } from '../../core/failure-codes.ts'
import { publicAnd, type Resolver } from '../address-guard.ts'
import type { Peer, PeerLimits } from '../peer.ts'
import { failsWith, h1Server, h2Server, never, rawServer, testPeer } from '../test-peers.ts'
import { pages, type ImportPage } from './page.ts'
import { importTag } from './test-pages.ts'

const lib = importTag('v.example/lib git https://git.example/lib')

/** A peer for strangers' URLs that asks this port for every page: module paths have no ports. */
function stranger(t: TestContext, port: number, options: { resolve?: Resolver; open?: string[]; limits?: Partial<PeerLimits> } = {}): Peer {
  const { resolve = async () => [{ address: '127.0.0.1', family: 4 }], open = ['127.0.0.1'], limits = {} } = options
  const wary = testPeer(t, limits, [], { guard: { allows: publicAnd(open), resolve } })
  return {
    get: (url, signal) => wary.get(new URL(`http://${url.hostname}:${port}${url.pathname}${url.search}`), signal),
    close: async () => undefined,
  }
} // prettier-ignore

function page(peer: Peer, signal: AbortSignal = never): Promise<ImportPage> {
  return pages({ peer, insecurePeer: peer, isInsecure: () => false })('v.example/lib', signal)
}

test('a page is asked for as go asks, and counts whatever its status is', async (t) => {
  const server = await h1Server(t, (_request, response) => response.writeHead(404).end(lib))
  const { imports, url, status } = await page(stranger(t, server.port))
  assert.deepEqual(server.asked, ['GET /lib?go-get=1'])
  assert.equal(imports[0]?.repository, 'https://git.example/lib')
  assert.deepEqual([url, status], ['https://v.example/lib?go-get=1', 404])
})

/** Each way to lead the gate astray, and how it ends. */
const hostile: readonly (readonly [
  what: string,
  answer: (socket: Socket, asked: number) => void,
  code: FailureCode,
  words: RegExp,
])[] = [
  ['a redirect to loopback by another spelling', moved('http://127.2/x'), 'address-refused', /127.0.0.2 is an address of a closed network/],
  ['a redirect to the metadata service', moved('http://169.254.169.254/latest/meta-data/'), 'address-refused', /closed network/],
  ['a redirect to an IPv6 spelling of it', moved('http://[::ffff:a9fe:a9fe]/'), 'address-refused', /closed network/],
  ['a redirect to NAT64 of a private address', moved('http://[64:ff9b::a00:1]/'), 'address-refused', /closed network/],
  ['a redirect to a private name', moved('http://inside.example/'), 'address-refused', /inside.example has only closed addresses/],
  ['a redirect to a file', moved('file:///etc/passwd'), 'redirect-refused', /to file:/],
  ['a redirect to nonsense', moved('http://['), 'redirect-refused', /no URL/],
  ['a loop', moved('/lib?go-get=1'), 'redirect-refused', /stopped after 10 redirects/],
  ['a page without an end', endless('HTTP/1.1 200 OK\r\n\r\n', '<p>'.repeat(5000)), 'discovery-invalid', /more than 1048576 bytes/],
  ['a head without an end', endless('HTTP/1.1 200 OK\r\n', `x-y: ${'z'.repeat(5000)}\r\n`), 'upstream-unreachable', /no answer from/],
  ['a page in disguise', says('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 1\r\n\r\nx'), 'discovery-invalid', /content-encoding gzip/],
  ['a page that breaks off', says(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${lib}`), 'upstream-truncated', /before the whole body/],
  ['no HTTP', says('SSH-2.0-x\r\n\r\n'), 'upstream-unreachable', /no answer from/],
] // prettier-ignore

function says(text: string) {
  return (socket: Socket) => void socket.end(text)
}

function moved(location: string) {
  return says(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
}

function endless(head: string, more: string) {
  return (socket: Socket) => {
    socket.write(head)
    const write = () => {
      while (!socket.destroyed && socket.write(more));
    }
    socket.on('drain', write)
    write()
  }
}

for (const [what, answer, code, words] of hostile) {
  test(`${what} ends in ${code}`, async (t) => {
    const server = await rawServer(t, (socket) => void socket.on('data', () => answer(socket, 0)))
    const resolve: Resolver = async (host) => [
      { address: host === 'inside.example' ? '10.0.0.1' : '127.0.0.1', family: 4 },
    ]
    await assert.rejects(page(stranger(t, server.port, { resolve })), failsWith(code, words))
  })
}

test('of a page or a head without an end no more is taken than its limit, and the connection is cut', async (t) => {
  const floods = [
    endless('HTTP/1.1 200 OK\r\n\r\n', '<p>'.repeat(5000)),
    endless('HTTP/1.1 200 OK\r\n', `x-y: ${'z'.repeat(5000)}\r\n`),
  ]
  for (const flood of floods) {
    const cut = Promise.withResolvers<number>()
    const server = await rawServer(t, (socket) => {
      socket.once('data', () => flood(socket))
      socket.once('close', () => cut.resolve(socket.bytesWritten))
    })
    await assert.rejects(page(stranger(t, server.port)))
    // What lies in the buffers of two sockets comes on top.
    assert.ok((await cut.promise) < 16 << 20)
  }
})

test('a host on loopback is not connected to, unless its network is listed', async (t) => {
  const server = await rawServer(t, says('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
  const connected: Socket[] = []
  const count = () => connected.push(...server.sockets)
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '10.0.0.1', '100.64.0.1', '169.254.169.254', 'fe80::1']) {
    const resolve: Resolver = async () => [{ address, family: address.includes(':') ? 6 : 4 }]
    await assert.rejects(page(stranger(t, server.port, { resolve, open: [] })), failsWith('address-refused', /only closed/))
    count()
  }
  assert.deepEqual(connected, [])
}) // prettier-ignore

test('a name that changes its address between check and use is connected to where it was checked', async (t) => {
  const server = await h1Server(t, (_request, response) => response.end(lib))
  const answers: LookupAddress[][] = [[{ address: '127.0.0.1', family: 4 }], [{ address: '127.0.0.2', family: 4 }]]
  let asked = 0
  const resolve: Resolver = async () => answers[Math.min(asked++, 1)]!
  const { imports } = await page(stranger(t, server.port, { resolve }))
  assert.equal(imports.length, 1)
  assert.equal(asked, 1)
  // The next connection is a next question, and is refused by itself.
  await server.close()
  await assert.rejects(page(stranger(t, server.port, { resolve })), failsWith('address-refused'))
})

test('over TLS the name is asked for, and the address that was checked is connected to', async (t) => {
  const server = await h2Server(t, (stream, path) => {
    stream.respond({ ':status': 200 })
    stream.end(path)
  })
  const asked: string[] = []
  const resolve: Resolver = async (host) => {
    asked.push(host)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  const wary = testPeer(t, {}, [], { guard: { allows: publicAnd(['127.0.0.1']), resolve } })
  const answer = await wary.get(new URL(`https://localhost:${server.port}/lib`), never)
  answer.discard()
  assert.deepEqual(asked, ['localhost'])
  // The certificate is for localhost: under another name, the same address is nobody.
  await assert.rejects(
    wary.get(new URL(`https://v.example:${server.port}/lib`), never),
    failsWith('upstream-unreachable'),
  )
})

test('from TLS nobody leads to plain http', async (t) => {
  const server = await h2Server(t, (stream) => {
    stream.respond({ ':status': 302, location: 'http://v.example/' }, { endStream: true })
  })
  const resolve: Resolver = async () => [{ address: '127.0.0.1', family: 4 }]
  const wary = testPeer(t, {}, [], { guard: { allows: publicAnd(['127.0.0.1']), resolve } })
  const asking = wary.get(new URL(`https://localhost:${server.port}/`), never)
  await assert.rejects(asking, failsWith('redirect-refused', /from https:\/\/ to http:\/\//))
})

test('a redirect to the gate itself is refused', async (t) => {
  const server = await h1Server(t, (_request, response) => {
    response.writeHead(302, { location: 'https://gate.example/github.com/a/b/@v/list' }).end()
  })
  const isGate = ({ host }: URL) => host === 'gate.example'
  const resolve: Resolver = async () => [{ address: '127.0.0.1', family: 4 }]
  const wary = testPeer(t, {}, [], { guard: { allows: publicAnd(['127.0.0.1']), resolve, isGate } })
  const asking = wary.get(new URL(`http://v.example:${server.port}/`), never)
  await assert.rejects(asking, failsWith('address-refused', /gate.example is this gate itself/))
})

test('a slow host costs its own request, and no more than its time', async (t) => {
  const slow = await rawServer(
    t,
    (socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\n<p>')),
  )
  const quick = await h1Server(t, (_request, response) => response.end(lib))
  const stopped = failsWith('upstream-timeout', /stopped sending/)
  const waiting = assert.rejects(page(stranger(t, slow.port, { limits: { stallMs: 300 } })), stopped)
  assert.equal((await page(stranger(t, quick.port))).imports.length, 1)
  await waiting
  // One that drips is never still, and still has no more than its time.
  const dripping = await rawServer(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      const drip = setInterval(() => socket.write('<p>'), 10)
      socket.once('close', () => clearInterval(drip))
    })
  })
  const limit = AbortSignal.timeout(300)
  await assert.rejects(page(stranger(t, dripping.port), limit), failsWith('upstream-timeout', /longer than the whole/))
})

test('credentials go to the host that was asked, and with no redirect', async (t) => {
  const other = await h1Server(t, (_request, response) => response.end())
  const home = await h1Server(t, (request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/again' }).end()
    else response.writeHead(302, { location: `http://other.example:${other.port}/` }).end()
  })
  const resolve: Resolver = async () => [{ address: '127.0.0.1', family: 4 }]
  const asked: string[] = []
  const authorize = async (url: URL) => {
    asked.push(url.href)
    return 'Bearer secret'
  }
  const wary = testPeer(t, {}, [], { guard: { allows: publicAnd(['127.0.0.1']), resolve }, authorize })
  ;(await wary.get(new URL(`http://v.example:${home.port}/`), never)).discard()
  assert.deepEqual(home.authorizations, ['Bearer secret', 'Bearer secret'])
  assert.deepEqual(other.authorizations, [undefined])
  assert.equal(asked.length, 1)
})

test('a host that is listed as insecure is asked without TLS when that fails, and no other', async (t) => {
  const asked: string[] = []
  const peer = (name: string, works: (url: URL) => boolean): Peer => ({
    get: async (url) => {
      asked.push(`${name} ${url.href}`)
      if (!works(url)) throw failure
      const chunks = async function* () {
        yield Buffer.from(lib)
      }
      return { url, status: 200, headers: {}, body: chunks(), discard: () => undefined }
    },
    close: async () => undefined,
  })
  const failure = await testPeer(t).get(new URL('http://127.0.0.1:1/'), never).then(() => new Error(), (error: unknown) => error)
  const fetch = pages({
    peer: peer('checked', () => false),
    insecurePeer: peer('unchecked', ({ protocol }) => protocol === 'http:'),
    isInsecure: (path) => path.startsWith('in.'),
  })
  assert.equal((await fetch('in.example/lib', never)).imports.length, 1)
  await assert.rejects(fetch('out.example/lib', never), failsWith('upstream-unreachable'))
  const query = 'example/lib?go-get=1'
  assert.deepEqual(asked, [`unchecked https://in.${query}`, `unchecked http://in.${query}`, `checked https://out.${query}`])
}) // prettier-ignore

test('a host that takes any certificate is one that is listed', async (t) => {
  const server = await h2Server(t, (stream) => {
    stream.respond({ ':status': 200 })
    stream.end(lib)
  })
  const guard = { allows: publicAnd(['127.0.0.1']), resolve: async () => [{ address: '127.0.0.1', family: 4 }] }
  const url = new URL(`https://v.example:${server.port}/`)
  await assert.rejects(testPeer(t, {}, [], { guard }).get(url, never), failsWith('upstream-unreachable'))
  assert.equal((await testPeer(t, {}, [], { guard, unchecked: true }).get(url, never)).status, 200)
})

test('a path whose host is no name of the web is asked of nobody', async () => {
  const peer: Peer = { get: () => Promise.reject(new Error('asked')), close: async () => undefined }
  const fetch = pages({ peer, insecurePeer: peer, isInsecure: () => true })
  for (const path of ['nodot/x', '127.1/x', '0x7f.1/x', 'a.1/x', 'v.example?/x', 'u@v.example/x']) {
    await assert.rejects(fetch(path, never), failsWith('module-not-found', /does not begin with hostname/), path)
  }
})
