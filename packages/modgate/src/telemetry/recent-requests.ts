/**
 * What clients asked a moment ago: enough to tell a failure that somebody feels from what the go command asks by the way. It looks
 * for a module at every parent of a package's path, and it asks whatever was refused a second time over https, with credentials.
 */

import type { Clock } from '../core/ports.ts'

const maxClients = 256
const pathsPerClient = 64
const maxRefused = 4096
/** Longer ones are not remembered. */
const maxLength = 512
const probeMilliseconds = 10_000
const repeatMilliseconds = 2000

interface Asked {
  readonly path: string
  readonly at: number
}

interface Client {
  readonly ring: (Asked | undefined)[]
  next: number
}

export class RecentRequests {
  readonly #clock: Clock
  readonly #clients = new Map<string, Client>()
  readonly #refused = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Remembers that a client asks about a module path (escaped or not, but always the same way). */
  asked(address: string, path: string): void {
    if (path.length > maxLength) return
    const client = this.#clients.get(address) ?? this.#add(address)
    client.ring[client.next] = { path, at: this.#clock.now() }
    client.next = (client.next + 1) % pathsPerClient
  }

  /** Whether the client has asked about a path below this one within the last 10 s. */
  isParent(address: string, path: string): boolean {
    const since = this.#clock.now() - probeMilliseconds
    const below = `${path}/`
    return (
      this.#clients
        .get(address)
        ?.ring.some((asked) => asked !== undefined && asked.at >= since && asked.path.startsWith(below)) ?? false
    )
  }

  /**
   * Remembers that this request was refused, and says whether it is the second of a pair within 2 s. A third one begins a new
   * pair.
   */
  refusedAgain(address: string, url: string): boolean {
    if (url.length > maxLength) return false
    const key = `${address} ${url}`
    const before = this.#refused.get(key)
    const now = this.#clock.now()
    this.#refused.delete(key)
    if (before !== undefined && now - before <= repeatMilliseconds) return true
    dropOldest(this.#refused, maxRefused)
    this.#refused.set(key, now)
    return false
  }

  #add(address: string): Client {
    dropOldest(this.#clients, maxClients)
    const client: Client = { ring: Array<Asked | undefined>(pathsPerClient).fill(undefined), next: 0 }
    this.#clients.set(address, client)
    return client
  }
}

/** Maps keep the order in which keys came: the first one is the oldest. */
function dropOldest(map: Map<string, unknown>, limit: number): void {
  if (map.size < limit) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
