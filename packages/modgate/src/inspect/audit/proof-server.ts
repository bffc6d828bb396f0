/** The worlds of a proof on loopback, each below a path of its own, so that what was asked can be told apart. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProofWorld } from './proof-world.ts'

export interface ProofServer {
  /** Gives a world a place; `url` is a GOPROXY. */
  add(world: ProofWorld): { readonly url: string; databaseAsked(): boolean }
  close(): Promise<void>
}

interface Place {
  readonly world: ProofWorld
  databaseAsked: boolean
}

const maxUrl = 4096

/** Listens on a free port of 127.0.0.1. */
export async function proofServer(): Promise<ProofServer> {
  const places: Place[] = []
  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 16 * 1024 }, (request, response) => {
    answer(places, request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    add(world) {
      const place: Place = { world, databaseAsked: false }
      const number = places.push(place) - 1
      return { url: `http://127.0.0.1:${port}/${number}`, databaseAsked: () => place.databaseAsked }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  places: readonly Place[],
  { url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, number = '', path = ''] = /^\/(\d{1,6})(\/.*)$/.exec(url.slice(0, maxUrl)) ?? []
  const place = number === '' ? undefined : places[Number(number)]
  if (place && path.startsWith('/sumdb/') && path.includes('/lookup/')) place.databaseAsked = true
  const body = await place?.world.answer(decodeURIComponent(path))
  response.writeHead(body === undefined ? 404 : 200).end(body)
}
