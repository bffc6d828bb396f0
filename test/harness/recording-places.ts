/** Places that a go command may ask, all on the loopback, which write down who was asked for what. */

import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { text, type Answer } from './answer.ts'

/** One request, as the place saw it. */
export interface Recorded {
  readonly place: string
  /** The path of the URL; of a CONNECT the host. */
  readonly path: string
}

/** Makes the answer of a place; undefined cuts the connection. */
export type Answerer = (path: string) => Promise<(Answer & { readonly cutShort?: boolean }) | undefined>

export interface RecordingPlaces {
  /** Where each of the named places is, without a slash at the end. */
  readonly urls: Readonly<Record<string, string>>
  /** Of the HTTP proxy that refuses every tunnel and every request, after writing down for which host. */
  readonly tunnel: string
  /** An address where nobody listens. */
  readonly nowhere: string
  /** Everything since the last call, in the order of arrival. */
  take(): readonly Recorded[]
}

/** Opens the named places and the tunnel; they end with the test. */
export async function recordingPlaces(
  t: TestContext,
  answerers: Readonly<Record<string, Answerer>>,
): Promise<RecordingPlaces> {
  let seen: Recorded[] = []
  const urls: Record<string, string> = {}
  for (const [place, answer] of Object.entries(answerers)) {
    const server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '/')
      seen.push({ place, path })
      answer(path).then(
        (given) => reply(response, given),
        (error: unknown) => response.destroy(error as Error),
      )
    })
    urls[place] = await listen(t, server)
  }
  const tunnel = createServer((request, response) => {
    const { host, hostname } = new URL(request.url ?? '/', 'http://nobody.invalid')
    seen.push({ place: 'http', path: hostname || host })
    reply(response, text(404, 'not found\n'))
  })
  tunnel.on('connect', ({ url = '' }, socket) => {
    seen.push({ place: 'tunnel', path: url.replace(/:443$/, '') })
    socket.on('error', () => undefined)
    socket.end('HTTP/1.1 502 Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  const take = () => {
    const taken = seen
    seen = []
    return taken
  }
  return { urls, tunnel: await listen(t, tunnel), nowhere: 'http://127.0.0.1:1', take }
}

function reply(response: ServerResponse, answer: Awaited<ReturnType<Answerer>>): void {
  if (answer === undefined) return void response.socket?.destroy()
  const { status, headers, body, cutShort } = answer
  response.writeHead(status, { ...headers, 'content-length': String(body.length) })
  if (cutShort) response.write(body.subarray(0, body.length >> 1), () => response.destroy())
  else response.end(body)
}

async function listen(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
