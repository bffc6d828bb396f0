/** Reaches a server one step after the other, so that each step has its own time and its own failure. */

import { lookup } from 'node:dns/promises'
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import type { Machine } from '../../config/index.ts'
import { detourOf } from './network-detour.ts'
import type { Contact } from './network-evidence.ts'
import { causeOf, limited, Trouble } from './probe-trouble.ts'
import { secure, type TlsTrust } from './probe-tls.ts'
import { proxyAuthorization, tunnel } from './probe-tunnel.ts'

/** What every probe of one collection has in common. */
export interface Wire {
  /** Reads the authorities of the machine at its first call: most of the time of a probe without TLS would go there. */
  readonly trust: () => Promise<TlsTrust>
  readonly environment: Machine['environment']
  /** Milliseconds for one phase. */
  readonly phaseMs: number
  readonly now: () => number
}

/** A connection that stands, or why there is none. */
export interface Connection {
  readonly contact: Contact
  /** Over which a request can be sent; whoever takes it ends it. Absent where `contact.trouble` says why. */
  readonly socket?: Socket
  /** Set where a plain http request goes to a proxy in between, with its whole URL and, maybe, with this header. */
  readonly relay?: { readonly authorization?: string }
}

/** What may differ between connections to one place. */
export interface ConnectOptions {
  readonly signal: AbortSignal
  /** The protocols that are offered over TLS. */
  readonly alpn: readonly string[]
  /** Goes on where the certificate is not to be trusted, as GOINSECURE makes the go command do. */
  readonly insecure?: boolean
}

type Draft = { -readonly [Key in keyof Contact]: Contact[Key] }

/** Connects to where a URL points. Never rejects: trouble is part of the contact. */
export async function connect(url: URL, wire: Wire, options: ConnectOptions): Promise<Connection> {
  const detour = detourOf(url, wire.environment)
  const contact: Draft = { host: hostOf(url), port: portOf(url), addresses: [] }
  if (detour) contact.through = `${detour.protocol}//${detour.host}`
  let socket: Socket | undefined
  try {
    socket = await reach(detour ?? url, { contact, wire, options })
    if (url.protocol === 'https:') socket = await secured(url, { contact, wire, options, detour, socket })
    return { contact, socket, ...(detour && url.protocol === 'http:' ? { relay: relayOf(detour) } : {}) }
  } catch (error) {
    socket?.destroy()
    if (!(error instanceof Trouble)) throw error
    contact.trouble = error.said
    return { contact }
  }
}

interface Attempt {
  readonly contact: Draft
  readonly wire: Wire
  readonly options: ConnectOptions
}

/** The name, then the connection to the first address that takes one. */
async function reach(url: URL, { contact, wire, options }: Attempt): Promise<Socket> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new Trouble('connect', 'unreachable', `modgate cannot go through a proxy of the kind ${url.protocol}//`)
  }
  const before = performance.now()
  contact.addresses = await addressesOf(hostOf(url), { contact, wire, options })
  if (isIP(hostOf(url)) === 0) contact.dnsMs = performance.now() - before
  const named = performance.now()
  const socket = await connected(contact.addresses, portOf(url), { contact, wire, options })
  contact.connectMs = performance.now() - named
  return socket
}

async function addressesOf(host: string, { wire, options }: Attempt): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  const found = lookup(host, { all: true }).catch((error: unknown) => {
    throw new Trouble('dns', 'dns', `no address for ${host}: ${causeOf(error)}`)
  })
  const addresses = await limited(found, { phase: 'dns', milliseconds: wire.phaseMs, signal: options.signal })
  return [...new Set(addresses.map(({ address }) => address))]
}

async function connected(addresses: readonly string[], port: number, attempt: Attempt): Promise<Socket> {
  let last: unknown
  for (const address of addresses.slice(0, 4)) {
    try {
      return await dial(address, port, attempt)
    } catch (error) {
      last = error
    }
  }
  throw last
}

function dial(host: string, port: number, { wire, options }: Attempt): Promise<Socket> {
  const socket = connectTcp({ host, port })
  const standing = new Promise<Socket>((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const kind = error.code === 'ECONNREFUSED' ? 'refused' : 'unreachable'
      reject(new Trouble('connect', kind, `${host}:${port}: ${causeOf(error)}`))
    })
  })
  return limited(standing, { phase: 'connect', milliseconds: wire.phaseMs, signal: options.signal }).catch(
    (error: unknown) => {
      socket.destroy()
      throw error
    },
  )
}

async function secured(
  url: URL,
  { contact, wire, options, detour, socket }: Attempt & { readonly detour: URL | undefined; readonly socket: Socket },
): Promise<Socket> {
  const limits = { milliseconds: wire.phaseMs, signal: options.signal }
  let plain = socket
  if (detour) {
    // A proxy that is itself reached by https: its certificate matters as much, but is not what was asked about.
    if (detour.protocol === 'https:') {
      const outer = await secure(plain, {
        host: hostOf(detour),
        trust: await wire.trust(),
        alpn: ['http/1.1'],
        at: wire.now(),
        ...limits,
      })
      if (outer.fault) throw outer.fault
      plain = outer.socket
    }
    await tunnel(plain, { target: url, proxy: detour, ...limits })
  }
  const before = performance.now()
  const done = await secure(plain, {
    host: contact.host,
    trust: await wire.trust(),
    alpn: options.alpn,
    at: wire.now(),
    ...limits,
  })
  contact.tlsMs = performance.now() - before
  contact.tls = done.facts
  if (done.fault && options.insecure !== true) {
    done.socket.destroy()
    throw done.fault
  }
  return done.socket
}

function relayOf(proxy: URL): NonNullable<Connection['relay']> {
  const value = proxyAuthorization(proxy)
  return value === undefined ? {} : { authorization: value }
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}
