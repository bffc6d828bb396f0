/**
 * Where a checksum database is asked: through the first proxy that says it relays it, else directly, as the go command decides
 * (https://go.dev/ref/mod#checksum-database).
 */

import type { ChecksumDatabase, ProxyEntry } from '@modgate/gomod/goenv'
import { Failure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import { publicName, type Peer, type PeerAnswer } from './peer.ts'

export interface DatabaseRemoteOptions {
  readonly database: ChecksumDatabase & { readonly kind: 'database' }
  readonly upstream: readonly ProxyEntry[]
  readonly peer: Peer
  readonly clock: Pick<Clock, 'now'>
  /** Milliseconds that one question may take. */
  readonly deadlineMs: number
}

export interface DatabaseRemote {
  /**
   * The body at a path of the database (`/lookup/…`, `/tile/…`, `/latest`). Throws a Failure: `no-record` where the database says that
   * it does not know the version of a lookup, `database-unreachable` for everything else.
   */
  read(path: string): Promise<Uint8Array>
}

/** No answer of a checksum database is larger: a tile of records, at most. */
const maxBytes = 4 << 20
const retryChoiceAfterMs = 10_000

export function databaseRemote(options: DatabaseRemoteOptions): DatabaseRemote {
  const { database, peer, clock, deadlineMs } = options
  let choice: Promise<URL> | undefined
  let failedAt = -Infinity

  const get = (url: URL): Promise<PeerAnswer> => peer.get(url, AbortSignal.timeout(deadlineMs))

  function base(): Promise<URL> {
    if (choice && clock.now() - failedAt > retryChoiceAfterMs && failedAt !== -Infinity) choice = undefined
    choice ??= choose(options, get).then(
      (url) => {
        failedAt = -Infinity
        return url
      },
      (error: unknown) => {
        failedAt = clock.now()
        throw error
      },
    )
    return choice
  }

  return {
    async read(path) {
      try {
        const url = await base()
        const full = new URL(url)
        full.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`
        return await readBody(await get(full), { url: full, path, name: database.name })
      } catch (error) {
        throw unreachable(database.name, path, error)
      }
    },
  }
}

/** As the go command chooses: `off` and `direct` end the list, and a proxy's trouble counts unless `direct` comes behind it. */
async function choose(
  { database, upstream }: DatabaseRemoteOptions,
  get: (url: URL) => Promise<PeerAnswer>,
): Promise<URL> {
  if (database.url !== undefined) return new URL(database.url)
  let trouble: Error | undefined
  for (const entry of upstream) {
    if (entry.kind === 'direct') trouble = undefined
    if (entry.kind !== 'proxy') break
    const url = new URL(entry.url)
    // A folder relays what it holds; whether it holds this database is not asked of the network.
    if (url.protocol === 'file:') continue
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/sumdb/${database.name}`
    const supported = new URL(url)
    supported.pathname += '/supported'
    try {
      const answer = await get(supported)
      answer.discard()
      if (answer.status === 200) return url
      if (answer.status !== 404 && answer.status !== 410)
        throw new Error(`${publicName(supported)} answered ${answer.status}`)
    } catch (error) {
      if (entry.fallback !== 'any') throw error
      trouble = error as Error
    }
  }
  if (trouble) throw trouble
  return new URL(`https://${database.name}`)
}

interface Question {
  readonly url: URL
  readonly path: string
  readonly name: string
}

async function readBody(answer: PeerAnswer, { url, path, name }: Question): Promise<Uint8Array> {
  // Only a lookup asks for a record: a database without its own tiles or head is one that does not work.
  if (path.startsWith('/lookup/') && (answer.status === 404 || answer.status === 410)) {
    answer.discard()
    throw new Failure('no-record', {
      asked: publicName(url),
      who: name,
      why: 'the checksum database has no record of this version',
    })
  }
  if (answer.status !== 200) {
    answer.discard()
    throw new Error(`${publicName(url)} answered ${answer.status}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw new Error(`${publicName(url)} answered more than ${maxBytes} bytes`)
    chunks.push(new Uint8Array(chunk))
  }
  return Buffer.concat(chunks, size)
}

function unreachable(name: string, path: string, error: unknown): Failure {
  if (error instanceof Failure && error.code === 'no-record') return error
  return new Failure('database-unreachable', {
    asked: `${name}${path}`,
    who: error instanceof Failure ? error.who : name,
    why: `the checksum database cannot be asked: ${error instanceof Failure ? error.why : (error as Error).message}`,
    cause: error,
  })
}
