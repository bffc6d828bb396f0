/** The way through an HTTP proxy: CONNECT (RFC 9110 section 9.3.6). */

import type { Socket } from 'node:net'
import { limited, Trouble } from './probe-trouble.ts'

export interface TunnelOptions {
  readonly target: URL
  /** Its user and password, where it has them, are for it alone. */
  readonly proxy: URL
  readonly milliseconds: number
  readonly signal: AbortSignal
}

const maxHead = 16 * 1024

/** Asks the proxy at the other end of a socket for a way to the target. Rejects with a Trouble. */
export async function tunnel(socket: Socket, { target, proxy, milliseconds, signal }: TunnelOptions): Promise<void> {
  const to = `${target.hostname}:${target.port === '' ? '443' : target.port}`
  const value = proxyAuthorization(proxy)
  const authorization = value === undefined ? '' : `Proxy-Authorization: ${value}\r\n`
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\nUser-Agent: Go-http-client/1.1\r\n${authorization}\r\n`)
  const head = await limited(headOf(socket), { phase: 'connect', milliseconds, signal })
  const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? []
  if (status === '200') return
  const said = status === '' ? 'no HTTP' : status
  throw new Trouble('connect', 'proxy-refused', `the HTTP proxy ${proxy.host} answered ${said} to CONNECT ${to}`)
}

/** The value of Proxy-Authorization for a proxy with a user in its URL. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}

/** Up to the empty line; what follows it belongs to the target and is put back. */
function headOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0)
    const stop = (cause?: string) => {
      socket.off('data', onData).off('close', onClose)
      if (cause !== undefined) reject(new Trouble('connect', 'broken', cause))
    }
    const onClose = () => stop('the HTTP proxy cut the connection')
    const onData = (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk])
      const end = seen.indexOf('\r\n\r\n')
      if (end < 0 && seen.length > maxHead) stop('the HTTP proxy answers without an end')
      if (end < 0) return
      stop()
      socket.pause()
      if (seen.length > end + 4) socket.unshift(seen.subarray(end + 4))
      resolve(seen.toString('latin1', 0, end))
    }
    socket.on('data', onData).on('close', onClose)
  })
}
