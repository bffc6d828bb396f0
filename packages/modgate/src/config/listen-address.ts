/** HOST:PORT, with an IPv6 host in brackets, as in a URL (RFC 3986 section 3.2.2). */

import { isIPv6 } from 'node:net'
import type { ListenAddress } from './serve-config.ts'
import { written } from './written.ts'

const form = /^(?:\[([^\]]*)\]|([^:]*)):([0-9]+)$/
const name = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/

/** Throws where it is no HOST:PORT. */
export function parseListenAddress(text: string): ListenAddress {
  const match = form.exec(text)
  if (!match) throw new Error(wrongForm(text))
  const [, bracketed, plain = '', digits] = match
  const port = Number(digits)
  if (port > 65535) throw new Error('has a port above 65535')
  if (bracketed !== undefined && !isIPv6(bracketed)) throw new Error('has no IPv6 address in its brackets')
  if (bracketed === undefined && plain === '') throw new Error(`has no host; 0.0.0.0:${port} is every address`)
  if (bracketed === undefined && !name.test(plain)) throw new Error('has no valid host name')
  return { host: bracketed ?? plain, port }
}

/** HOST:PORT, the inverse of parsing. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

export const listenAddress = written('HOST:PORT', parseListenAddress)

function wrongForm(text: string): string {
  if (isIPv6(text) || isIPv6(text.slice(0, text.lastIndexOf(':')))) return 'is an IPv6 address without brackets'
  return text.includes(':') ? 'has no port number' : 'has no port'
}
