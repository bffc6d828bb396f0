import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server as TcpServer,
  type Socket,
} from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { output } from '../../../tools/components/component.ts'
import type { Certificate } from '../certificate.ts'
import { temporaryDirectory } from '../temporary.ts'

/** The port of a server on the loopback that does to each connection what it is told. */
export async function tcpServer(t: TestContext, greet: (socket: Socket) => void): Promise<number> {
  return listening(t, createTcpServer(greet))
}

/** An HTTP proxy that takes every CONNECT to one port of the loopback, or answers it with a refusal. */
export async function connectProxy(t: TestContext, target: number | string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end())
  server.on('connect', (_, client: Socket) => {
    client.on('error', () => undefined)
    if (typeof target === 'string') return void client.end(`HTTP/1.1 ${target}\r\nContent-Length: 0\r\n\r\n`)
    const there = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      there.pipe(client).pipe(there)
    })
    there.on('error', () => client.destroy())
  })
  return `http://127.0.0.1:${await listening(t, server)}`
}

/** HTTP/2 that breaks each stream off in the middle of its body; the way back to HTTP/1.1 is shut. */
export async function breakingStreams(t: TestContext, { cert, key }: Certificate): Promise<string> {
  const server = createSecureServer({ cert, key })
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('error', () => undefined)
    stream.respond({ ':status': 200, 'content-length': '1000' })
    stream.write('{', () => stream.destroy(new Error('broken on purpose')))
  })
  return `https://127.0.0.1:${await listening(t, server)}`
}

/** A certificate signed by itself: for other names, or expired. */
export async function oddCertificate(t: TestContext, names: string, days = 2): Promise<Certificate> {
  const directory = await temporaryDirectory(t)
  const [certFile, keyFile, request] = ['cert.pem', 'key.pem', 'request.pem'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  await output('openssl', ['req', ...key, '-subj', '/CN=odd', '-addext', names, '-out', request])
  const sign = ['x509', '-req', '-in', request, '-signkey', keyFile, '-copy_extensions', 'copy', '-days', String(days)]
  await output('openssl', [...sign, '-out', certFile])
  return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') }
}

async function listening(t: TestContext, server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}
