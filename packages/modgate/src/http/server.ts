/**
 * The listening end: HTTP/1.1, and with a certificate TLS with HTTP/2. All that is special to a runtime's server stays here and in
 * the two exchanges, so that another runtime can take their place.
 */

import { createServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { Failure } from '../core/failure.ts'
import type { Handler } from './exchange.ts'
import { h1Exchange } from './h1-exchange.ts'
import { h2Exchange } from './h2-exchange.ts'

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

/** Starts listening. Throws a Failure `configuration` where that is not possible. */
export async function listen(options: ServerOptions): Promise<Server> {
  const sockets = new Set<Socket>()
  const server = options.tls ? secureServer(options, options.tls) : plainServer(options)
  server.maxConnections = maxConnections
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(options, error)))
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: (withinMs) => close(server, sockets, withinMs),
  }
}

function plainServer({ handler }: ServerOptions): HttpServer {
  const server = createServer(
    { ...limits, noDelay: true },
    (request, response) => void handler(h1Exchange(request, response)),
  )
  server.on('clientError', refuseMalformed)
  return server
}

function secureServer({ handler }: ServerOptions, tls: { cert: string; key: string }): Http2SecureServer {
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
        void handler(h1Exchange(request as unknown as IncomingMessage, response as unknown as ServerResponse))
    },
  )
  server.on('stream', (stream: ServerHttp2Stream, headers) => void handler(h2Exchange(stream, headers)))
  server.on('session', (session) => {
    session.setTimeout(idleSessionMs, () => session.close())
    session.on('error', () => undefined)
  })
  server.on('clientError', refuseMalformed)
  server.on('tlsClientError', (_error: Error, socket: Socket) => socket.destroy())
  return server
}

/** What is not HTTP gets one line and no connection. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
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
  if ('closeIdleConnections' in server) server.closeIdleConnections()
  const late = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, withinMs)
  await closed
  clearTimeout(late)
}
