/**
 * What goes past the proxies of GOPROXY by https: version control, go-import pages, a checksum database that nobody relays. The recorder
 * is their web proxy (HTTPS_PROXY) and sees whom they connect to, when, and how many bytes pass. It does not look inside: no
 * certificate is forged, and nothing has to trust the recorder.
 */

import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { detourOf } from '../inspect/evidence/network-detour.ts'
import { connect, type Wire } from '../inspect/evidence/probe-contact.ts'
import { causeOf, Trouble } from '../inspect/evidence/probe-trouble.ts'
import { tunnel } from '../inspect/evidence/probe-tunnel.ts'
import { tookOf } from './exchange.ts'
import type { Note, Recording } from './recording.ts'

export interface TunnelParts {
  readonly recording: Recording
  readonly wire: Wire
  /** The index of the place with this URL. */
  readonly placeOf: (url: string) => number
  /** Who may use it: the value of Proxy-Authorization. */
  readonly authorization: string
}

/** Lets a server take CONNECT (RFC 9110 section 9.3.6). Returns what cuts all tunnels. */
export function takeTunnels(server: Server, parts: TunnelParts): () => void {
  const over = new AbortController()
  const open = new Set<Duplex>()
  server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    open.add(client)
    client.once('close', () => open.delete(client)).on('error', () => undefined)
    const target = URL.parse(`https://${request.url}`)
    if (request.headers['proxy-authorization'] !== parts.authorization) {
      // git names its user only when it is asked to.
      client.end(`HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="trace"\r\n${ending}`)
    } else if (target === null) client.end(`HTTP/1.1 400 Bad Request\r\n${ending}`)
    else void pass(target, { client, head, signal: over.signal, parts })
  })
  return () => {
    over.abort()
    for (const client of open) client.destroy()
  }
}

const ending = 'Content-Length: 0\r\nConnection: close\r\n\r\n'

interface Passing {
  readonly client: Duplex
  /** What the client has sent already. */
  readonly head: Buffer
  readonly signal: AbortSignal
  readonly parts: TunnelParts
}

/** Never rejects. */
async function pass(target: URL, { client, head, signal, parts }: Passing): Promise<void> {
  const { recording, placeOf } = parts
  const note = recording.begin(placeOf(target.origin), '', { kind: 'tunnel' })
  try {
    const server = await reached(target, note, { signal, parts })
    note.status = 200
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    server.write(head)
    server.on('data', (chunk: Buffer) => {
      if (note.phase === 'firstByteMs') recording.passed(note, 'bodyMs')
      recording.received(note, chunk.length, false)
    })
    client.on('data', () => void (note.lastByteMs = recording.now()))
    server.on('error', () => client.destroy())
    server.once('close', () => client.destroy())
    client.once('close', () => {
      server.destroy()
      recording.end(note, 'answered')
    })
    server.pipe(client)
    client.pipe(server)
  } catch (error) {
    recording.end(note, 'failed', error instanceof Trouble ? error.message : causeOf(error))
    client.end(`HTTP/1.1 502 Bad Gateway\r\n${ending}`)
  }
}

/** A connection to the target, through the web proxy that the user has set, if any. Throws a Trouble. */
async function reached(
  target: URL,
  note: Note,
  { signal, parts: { wire, recording } }: Pick<Passing, 'signal' | 'parts'>,
): Promise<Duplex> {
  const detour = detourOf(target, wire.environment)
  const port = target.port === '' ? '443' : target.port
  const next = detour ?? new URL(`http://${target.hostname}:${port}`)
  const { contact, socket } = await connect(next, { ...wire, environment: {} }, { signal, alpn: ['http/1.1'] })
  if (socket === undefined) throw new Trouble(contact.trouble!.phase, contact.trouble!.kind, contact.trouble!.message)
  if (detour) await tunnel(socket, { target, proxy: detour, milliseconds: wire.phaseMs, signal })
  note.connection = recording.connection()
  recording.sent(note, tookOf(contact))
  return socket
}
