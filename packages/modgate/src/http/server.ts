/**
 * The listening end: HTTP/1.1, and with a certificate TLS with HTTP/2. All that is special to a runtime's server stays here and in
 * the two exchanges, so that another runtime can take their place.
 */

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http'
import {
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { Failure } from '../core/failure.ts'
import type { Handler } from './exchange.ts'
import { h1Exchange } from './h1-exchange.ts'
import { breakOff, h2Exchange } from './h2-exchange.ts'
import { lane, type Lane } from './lane.ts'

export interface ServerOptions {
  readonly host: string
  /** 0: the system chooses. */
  readonly port: number
  /** PEM texts. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined
  readonly handler: Handler
}

export interface Server {
  readonly port: number
  /** Stops accepting, lets what is under way finish for so many milliseconds, then breaks it off. */
  close(withinMs: number): Promise<void>
}

/** Seconds and bytes that no honest client needs more of. */
const limits = {
  headersTimeout: 20_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
} as const
const maxConnections = 20_000
const maxStreamsPerConnection = 250
/** An h2 connection that has no stream for so long is closed. */
const idleSessionMs = 120_000
const closeIdleEveryMs = 50

/** Starts listening. Throws a Failure `configuration` where that is not possible. */
export async function listen(options: ServerOptions): Promise<Server> {
  const sockets = new Set<Socket>()
  const { server, short } = options.tls ? { server: secureServer(options, options.tls) } : plainServer(options)
  server.maxConnections = maxConnections
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(options, error)))
    server.listen(options.port, options.host, resolve)
  })
  // A connection that could not be accepted (no more descriptors) is one client's trouble, not the end of the process.
  server.on('error', () => undefined)
  return {
    port: (server.address() as AddressInfo).port,
    close: (withinMs) => {
      short?.close()
      return close(server, sockets, withinMs)
    },
  }
}

function plainServer({ handler }: ServerOptions): { server: HttpServer; short?: Lane } {
  const underway: Underway = new WeakMap()
  const server = createServer({ ...limits, noDelay: true }, (request, response) => {
    answerH1(handler, underway, request, response)
  })
  server.on('clientError', refuseMalformed(underway))
  return { server, short: shortWay(server, handler) }
}

/** Lets connections of a server start in the lane. Those that leave it come to the listener that the server had before. */
function shortWay(server: HttpServer, handler: Handler): Lane {
  const usual = server.listeners('connection') as ((socket: Socket) => void)[]
  const short = lane({
    handler,
    idleMs: limits.keepAliveTimeout,
    handOver: (socket) => {
      for (const listener of usual) listener.call(server, socket)
    },
  })
  server.removeAllListeners('connection')
  server.on('connection', short.accept)
  return short
}

/** The response that a socket is busy with, or was last. */
type Underway = WeakMap<Socket, ServerResponse>

function answerH1(handler: Handler, underway: Underway, request: IncomingMessage, response: ServerResponse): void {
  underway.set(request.socket, response)
  // Two hosts mean two opinions about who is asked (RFC 9112 section 3.2).
  if ((request.headersDistinct['host']?.length ?? 0) > 1) {
    response.writeHead(400, { connection: 'close', 'content-length': '0' }).end()
    return
  }
  handler(h1Exchange(request, response)).catch(() => response.destroy())
}

function answerH2(handler: Handler, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  handler(h2Exchange(stream, headers)).catch((error: unknown) => breakOff(stream, error))
}

function secureServer({ handler }: ServerOptions, tls: { cert: string; key: string }): Http2SecureServer {
  const underway: Underway = new WeakMap()
  const server = createSecureServer(
    {
      ...tls,
      allowHTTP1: true,
      minVersion: 'TLSv1.2',
      settings: { maxConcurrentStreams: maxStreamsPerConnection },
      ...limits,
    },
    // HTTP/2 requests come as streams below; only those of HTTP/1.1 come here with types of their own.
    (request, response) => {
      if (request.httpVersionMajor < 2)
        answerH1(handler, underway, request as unknown as IncomingMessage, response as unknown as ServerResponse)
    },
  )
  server.on('stream', (stream: ServerHttp2Stream, headers) => answerH2(handler, stream, headers))
  server.on('session', (session) => {
    session.setTimeout(idleSessionMs, () => session.close())
    session.on('error', () => undefined)
  })
  server.on('clientError', refuseMalformed(underway))
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy())
  return server
}

const malformed: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is not HTTP gets one line and no connection; behind an answer that has begun, not even the line: it would end up inside. */
function refuseMalformed(underway: Underway): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    const response = underway.get(socket)
    const busy = response !== undefined && response.headersSent && !response.writableFinished
    if (busy || error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const status = malformed[error.code ?? ''] ?? '400 Bad Request'
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  }
}

function cannotListen({ host, port }: ServerOptions, error: NodeJS.ErrnoException): Failure {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there already',
    EACCES: 'the system does not allow this port',
    EADDRNOTAVAIL: 'this machine has no such address',
  }
  return new Failure('configuration', {
    asked: `--listen ${host.includes(':') ? `[${host}]` : host}:${port}`,
    who: 'the operating system',
    why: reasons[error.code ?? ''] ?? error.message,
    next: 'give another address with --listen HOST:PORT (port 0 takes a free one)',
    cause: error,
  })
}

async function close(server: HttpServer | Http2SecureServer, sockets: Set<Socket>, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // What becomes idle while the server closes would else be kept for the client's next request.
  const idle = setInterval(() => {
    if ('closeIdleConnections' in server) server.closeIdleConnections()
  }, closeIdleEveryMs)
  const late = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, withinMs)
  await closed
  clearTimeout(late)
  clearInterval(idle)
}
