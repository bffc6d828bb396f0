/**
 * An HTTP proxy on the loopback that leads to one host, by the addresses that were checked, and nowhere else: for programs that resolve
 * names themselves and cannot be told an address (hg, svn, fossil). TLS goes through it untouched, so that the program checks the
 * certificate under the name. A redirect to another host ends here.
 */

import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, isIP, type AddressInfo, type LookupFunction, type Socket } from 'node:net'
import { pipeline } from 'node:stream'

export interface CheckedWayOptions {
  /** In lower case, an address without brackets. */
  readonly host: string
  readonly port: number
  /** At least one, unless `through` resolves the name. */
  readonly addresses: readonly string[]
  /** The HTTP proxy that connects in our place. */
  readonly through?: URL | undefined
}

export interface CheckedWay {
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends it with all that goes through it. */
  close(): void
}

/** Opens the way. Who else on this machine finds it gets no further than he would without it: it adds no credentials. */
export async function checkedWay(options: CheckedWayOptions): Promise<CheckedWay> {
  const sockets = new Set<Socket>()
  const server = createServer((asked, answer) => relayed(options, asked, answer))
  const kept = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  server.on('connection', kept)
  server.on('connect', (asked: IncomingMessage, client: Socket, head: Buffer) => {
    if (!leadsThere(options, URL.parse(`http://${asked.url}/`), 443)) return void client.end(refusal)
    const join = (there: Socket) => {
      kept(there)
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      there.write(head)
      pipeline(client, there, client, () => undefined)
    }
    if (options.through) throughProxy(options, options.through, { join, fail: () => client.end(unreachable) })
    else {
      const there = connect(target(options), () => join(there))
      there.on('error', () => client.end(unreachable))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

const refusal = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'
const unreachable = 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'

function leadsThere({ host, port }: CheckedWayOptions, url: URL | null, usual: number): boolean {
  if (url === null) return false
  const named = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  return named === host && Number(url.port === '' ? usual : url.port) === port
}

/** Where to connect: the name is looked up in what was found out about it. */
function target({ host, port, addresses }: CheckedWayOptions) {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  const lookup: LookupFunction = (_, { all }, done) => {
    if (all === true) done(null, found)
    else done(null, found[0]!.address, found[0]!.family)
  }
  return { host, port, lookup }
}

interface Joining {
  readonly join: (there: Socket) => void
  readonly fail: () => void
}

function throughProxy({ host, port }: CheckedWayOptions, proxy: URL, { join, fail }: Joining): void {
  const place = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(':')
  const authorization = login === ':' ? {} : { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }
  const to = { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: proxy.port === '' ? 80 : Number(proxy.port) }
  const asking = request({ ...to, method: 'CONNECT', path: place, headers: { host: place, ...authorization } })
  asking.on('connect', ({ statusCode }, socket: Socket) => (statusCode === 200 ? join(socket) : fail()))
  asking.on('response', fail).on('error', fail).end()
}

/** A request without TLS, as a client sends it to a proxy: the whole URL stands in its first line. */
function relayed(options: CheckedWayOptions, asked: IncomingMessage, answer: ServerResponse): void {
  const url = URL.parse(asked.url ?? '')
  if (!leadsThere(options, url, 80) || url?.protocol !== 'http:') return void answer.writeHead(403).end()
  const headers = Object.fromEntries(Object.entries(asked.headers).filter(([name]) => !name.startsWith('proxy-')))
  const { method, socket } = asked
  const onward = request({ ...target(options), method, path: `${url.pathname}${url.search}`, headers, agent: false })
  onward.on('response', (given) => {
    answer.writeHead(given.statusCode ?? 502, given.rawHeaders)
    pipeline(given, answer, () => undefined)
  })
  onward.on('error', () => (answer.headersSent ? socket.destroy() : answer.writeHead(502).end()))
  pipeline(asked, onward, () => undefined)
}
