/**
 * The recorder: a server on the loopback that is the GOPROXY of one command. It says nothing of its own; every request goes on to the
 * proxy that it was meant for. Its path holds a random word, since it sends the user's credentials along, and the loopback is open to
 * everybody on the machine.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connections } from './connections.ts'
import { exchange, type Destination, type ExchangeParts } from './exchange.ts'
import type { Wire } from '../inspect/evidence/probe-contact.ts'
import type { GoAuth } from './go-auth.ts'
import { publicPlace, type RecordedPlace } from './recorded-list.ts'
import type { Recording } from './recording.ts'
import type { TracedPlace } from './trace.ts'
import { takeTunnels } from './tunnels.ts'

export interface RecorderOptions {
  readonly places: readonly RecordedPlace[]
  readonly recording: Recording
  readonly wire: Wire
  /** What the go command would send along. */
  readonly auth: GoAuth
}

export interface Recorder {
  /** What HTTPS_PROXY is set to where tunnels are to be recorded, too. */
  readonly webProxy: string
  /** The proxies, and whom tunnels went to since. */
  places(): readonly TracedPlace[]
  /** Without a slash at its end; the entry with the index 0 is at `/0` below it. */
  readonly base: string
  /** Cuts what is open. */
  close(): void
}

/** Starts it on a free port. */
export async function startRecorder({ places, recording, wire, auth }: RecorderOptions): Promise<Recorder> {
  const word = randomBytes(16).toString('hex')
  const outgoing = connections({ wire, number: recording.connection })
  const parts: ExchangeParts = { recording, connections: outgoing, auth }
  // No limits of time: whoever waits decides how long. Header sizes are bounded by the runtime.
  const server = createServer(
    { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 60_000 },
    (request, response) => {
      response.on('error', () => undefined)
      const destination = destinationOf(request.url ?? '', word, places)
      if (destination === undefined) refuse(response, 404, 'not a path of this recorder')
      else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405, 'GET and HEAD only')
      else void answer(request, response, destination, parts)
    },
  )
  const all: TracedPlace[] = places.map(({ url, fallback }) => ({ url: publicPlace(url), fallback }))
  const user = `trace:${word}`
  const cutTunnels = takeTunnels(server, {
    ...{ recording, wire, authorization: `Basic ${Buffer.from(user).toString('base64')}` },
    placeOf: (url) => {
      const found = all.findIndex((place, index) => index >= places.length && place.url === url)
      return found < 0 ? all.push({ url }) - 1 : found
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    webProxy: `http://${user}@127.0.0.1:${port}`,
    places: () => all,
    base: `http://127.0.0.1:${port}/${word}`,
    close() {
      server.close()
      server.closeAllConnections()
      cutTunnels()
      outgoing.close()
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  ...[destination, parts]: [Destination, ExchangeParts]
) {
  request.resume()
  await exchange(request, response, destination, parts)
}

function refuse(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`modgate trace: ${words}\n`)
}

/** `/<word>/<index>/<path>` as the place with that index; undefined for anything else. */
function destinationOf(url: string, word: string, places: readonly RecordedPlace[]): Destination | undefined {
  const [, given = '', digits = '', path = ''] = /^\/([0-9a-f]{32})\/(\d{1,4})(\/[^?#]*)$/.exec(url) ?? []
  const place = places[Number(digits)]
  if (given === '' || place === undefined || !timingSafeEqual(Buffer.from(given), Buffer.from(word))) return undefined
  return { place, index: Number(digits), path: asWithoutRecorder(path, place.url) }
}

/**
 * The path as the go command writes it to the place itself. To a checksum database below the root of a host it sends the `!` of a
 * capital letter as such, and below a longer path percent-encoded, as the recorder's is.
 */
function asWithoutRecorder(path: string, { pathname }: URL): string {
  return pathname === '/' && path.startsWith('/sumdb/') ? path.replaceAll('%21', '!') : path
}
