/**
 * The recorder's own connections to proxies: kept alive as the go command keeps them, made step by step so that each step has its
 * time (inspect/evidence/probe-contact.ts), through the web proxies and with the authorities that the go command would take.
 */

import { Agent, request as httpRequest, type ClientRequest, type OutgoingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import { detourOf } from '../inspect/evidence/network-detour.ts'
import type { Contact } from '../inspect/evidence/network-evidence.ts'
import { connect, type Wire } from '../inspect/evidence/probe-contact.ts'
import { Trouble } from '../inspect/evidence/probe-trouble.ts'
import { proxyAuthorization } from '../inspect/evidence/probe-tunnel.ts'

/** A connection that stands. */
export interface Standing {
  readonly id: number
  readonly contact: Contact
}

export interface Connections {
  /** A request that is not sent yet, over a free connection or a new one. It fails with a Trouble where there is no connection. */
  request(url: URL, method: string, headers: OutgoingHttpHeaders): ClientRequest
  /** What is known of the connection of a request. */
  of(socket: Duplex): Standing | undefined
  /** Ends all. */
  close(): void
}

export interface ConnectionsOptions {
  readonly wire: Wire
  /** A number for each connection. */
  readonly number: () => number
}

/** As many as requests are under way at once, and as many free ones: the go command decides how wide it asks. */
const mostFree = 256

export function connections({ wire, number }: ConnectionsOptions): Connections {
  const over = new AbortController()
  const standing = new WeakMap<Duplex, Standing>()
  const agents = new Map<string, Agent>()
  const agentFor = (origin: string) => {
    const made =
      agents.get(origin) ??
      new StepwiseAgent(async () => {
        const { contact, socket } = await connect(new URL(origin), wire, { signal: over.signal, alpn: ['http/1.1'] })
        const { trouble } = contact
        if (socket === undefined) throw new Trouble(trouble!.phase, trouble!.kind, trouble!.message)
        standing.set(socket, { id: number(), contact })
        return socket
      })
    agents.set(origin, made)
    return made
  }
  return {
    request(url, method, headers) {
      const detour = url.protocol === 'http:' ? detourOf(url, wire.environment) : undefined
      const toProxy = detour && proxyAuthorization(detour)
      return httpRequest({
        agent: agentFor(url.origin),
        method,
        // A web proxy on the way to plain http wants to see all of the URL.
        path: detour ? `${url.origin}${url.pathname}${url.search}` : `${url.pathname}${url.search}`,
        headers: { ...headers, host: url.host, ...(toProxy === undefined ? {} : { 'proxy-authorization': toProxy }) },
        setDefaultHeaders: false,
      })
    },
    of: (socket) => standing.get(socket),
    close() {
      over.abort()
      for (const agent of agents.values()) agent.destroy()
    },
  }
}

/** An agent whose connections take several steps. */
class StepwiseAgent extends Agent {
  readonly #connect: () => Promise<Duplex>

  constructor(connectTo: () => Promise<Duplex>) {
    super({ keepAlive: true, maxFreeSockets: mostFree, scheduling: 'lifo' })
    this.#connect = connectTo
  }

  override createConnection(_options: unknown, callback?: (error: Error | null, socket: Duplex) => void): undefined {
    const failed = (error: unknown) => callback?.(error as Error, undefined as unknown as Duplex)
    this.#connect().then((socket) => callback?.(null, socket), failed)
  }
}
