/**
 * A server on the loopback in the place of every proxy, database and origin that settings name. It says just as much as makes the go
 * command go on to the checksum database, and writes down who was asked. Web proxy requests, which is how everything direct
 * arrives, are refused.
 */

import { parseProxyList, parseSumdb } from '@modgate/gomod/goenv'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FetchSettings } from '../../policy/fetch-settings.ts'

export interface Recorder {
  /** What stands for the entry of GOPROXY with this index, in this run. */
  proxy(run: number, entry: number): string
  /** What stands for the URL in GOSUMDB. */
  database(run: number): string
  /** What HTTPS_PROXY is set to. */
  webProxy(run: number): string
  /** Whom the run asked, each once, in order. */
  asked(run: number): readonly string[]
  close(): void
}

/** Starts it. The settings have to be ones that the go command can read. */
export async function startRecorder({ GOPROXY, GOSUMDB }: FetchSettings): Promise<Recorder> {
  const places = parseProxyList(GOPROXY).map((entry) => (entry.kind === 'proxy' ? entry.url : entry.kind))
  const database = parseSumdb(GOSUMDB)
  const databaseName = database.kind === 'off' ? 'off' : database.name
  const runs = new Map<number, Set<string>>()
  const note = (run: number, place: string) => {
    const asked = runs.get(run) ?? new Set()
    runs.set(run, asked.add(place))
  }
  const server = createServer((request, response) => {
    const [, run, entry, rest = ''] = /^\/r(\d+)\/(p\d+|db)(\/.*)$/.exec(request.url ?? '') ?? []
    if (run === undefined || entry === undefined) {
      if (runOf(request) < 0) response.writeHead(407, askForUser).end()
      else response.writeHead(403).end()
      note(runOf(request), 'direct')
      return
    }
    if (/^\/(sumdb\/.+\/)?lookup\//.test(rest)) note(Number(run), `checksum database ${databaseName}`)
    else if (entry !== 'db' && !rest.startsWith('/sumdb/')) note(Number(run), places[Number(entry.slice(1))] ?? entry)
    answer(rest, response)
  })
  server.on('connect', (request, socket) => {
    const host = request.url?.replace(/:\d+$/, '')
    note(runOf(request), host === databaseName.split('/')[0] ? `checksum database ${databaseName}` : 'direct')
    socket.on('error', () => undefined)
    if (runOf(request) < 0) {
      socket.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${askForUser['proxy-authenticate']}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      )
      return
    }
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const base = (run: number) => `http://127.0.0.1:${port}/r${run}`
  return {
    proxy: (run, entry) => `${base(run)}/p${entry}`,
    database: (run) => `${base(run)}/db`,
    webProxy: (run) => `http://r${run}:x@127.0.0.1:${port}`,
    asked: (run) => [...(runs.get(run) ?? [])],
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** git names its user only when it is asked to. */
const askForUser = { 'proxy-authenticate': 'Basic realm="run"' }

/** A web proxy request names its run as its user. */
function runOf({ headers }: IncomingMessage): number {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers['proxy-authorization'] ?? '') ?? []
  return Number(/^r(\d+):/.exec(Buffer.from(encoded, 'base64').toString())?.[1] ?? -1)
}

/** info and mod, so that go goes on to the checksum database; then no more than is needed for it to stop. */
function answer(path: string, response: ServerResponse): void {
  const [, module = '', version = '', kind] = /^\/(.+)\/@v\/(v[\d.]+)\.(info|mod|zip)$/.exec(path) ?? []
  if (kind === 'info') response.end(JSON.stringify({ Version: version }))
  else if (kind === 'mod') response.end(`module ${plain(module)}\n`)
  else if (path.endsWith('/supported')) response.end()
  else response.writeHead(403).end()
}

function plain(escaped: string): string {
  return decodeURIComponent(escaped).replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
