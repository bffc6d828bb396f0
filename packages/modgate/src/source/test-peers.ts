/** Servers on loopback that behave as a test says, and a peer with little patience to ask them. */

import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { createServer as createRawServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setDefaultCACertificates, getCACertificates } from 'node:tls'
import { Failure } from '../core/failure.ts'
import { testCertificate, type TestCertificate } from '../core/test-certificate.ts'
import { peer, type Peer, type PeerLimits, type PeerOptions, type TokenPeer } from './peer.ts'

/** Where it listens, and what it was asked. */
export interface TestServer {
  readonly url: URL
  readonly port: number
  /** `METHOD target` of each request, in order. */
  readonly asked: string[]
  readonly authorizations: (string | undefined)[]
  /** Connections that stand now. */
  readonly sockets: Set<Socket>
  readonly close: () => Promise<void>
}

async function listening(t: TestContext, server: Server, scheme: string): Promise<TestServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  t.after(close)
  const { port } = server.address() as AddressInfo
  return { url: new URL(`${scheme}://127.0.0.1:${port}/`), port, asked: [], authorizations: [], sockets, close }
}

/** A server that speaks HTTP/1.1. */
export async function h1Server(t: TestContext, answer: RequestListener): Promise<TestServer> {
  const seen: { server?: TestServer } = {}
  const made = createServer((request: IncomingMessage, response: ServerResponse) => {
    seen.server?.asked.push(`${request.method} ${request.url}`)
    seen.server?.authorizations.push(request.headers.authorization)
    answer(request, response)
  })
  return (seen.server = await listening(t, made, 'http'))
}

/** A server that says what a test says, byte by byte. */
export function rawServer(t: TestContext, onConnection: (socket: Socket) => void): Promise<TestServer> {
  return listening(t, createRawServer(onConnection), 'http')
}

let certificate: TestCertificate | undefined

/** A server that speaks HTTP/2 over TLS, with a certificate that this process trusts while the test runs. */
export async function h2Server(t: TestContext, answer: (stream: ServerHttp2Stream, path: string) => void) {
  certificate ??= testCertificate()
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, certificate.cert])
  t.after(() => setDefaultCACertificates(before))
  const made = createSecureServer({ ...certificate, allowHTTP1: false })
  const asked: string[] = []
  made.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    asked.push(`${headers[':method']} ${headers[':path']}`)
    stream.on('error', () => undefined)
    answer(stream, String(headers[':path']))
  })
  made.on('sessionError', () => undefined)
  return { ...(await listening(t, made, 'https')), asked }
}

export const fewMoments: PeerLimits = { connectMs: 3000, firstByteMs: 3000, stallMs: 3000 }

/** A peer that waits for as long as a test can, and between retries not at all. */
export function testPeer(
  t: TestContext,
  limits: Partial<PeerLimits> = {},
  sleeps: number[] = [],
  more: Partial<PeerOptions> = {},
): Peer & TokenPeer {
  const made = peer({
    ...more,
    limits: { ...fewMoments, ...limits },
    random: () => 0.5,
    clock: {
      now: () => 0,
      sleep: async (milliseconds, signal) => {
        sleeps.push(milliseconds)
        signal?.throwIfAborted()
      },
    },
  })
  t.after(() => made.close())
  return made
}

export const never: AbortSignal = new AbortController().signal

/** The bytes of a body as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(new Uint8Array(chunk))
  return Buffer.concat(chunks).toString()
}

/** A matcher for assert.rejects: a Failure of this code, whose words match. */
export function failsWith(code: Failure['code'], words?: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof Failure && error.code === code && (words?.test(error.message) ?? true)
}
