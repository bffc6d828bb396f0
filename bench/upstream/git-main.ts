/**
 * The code host of git rows, in a process of its own: `git http-backend` behind TLS, each answer after a delay, and a proxy that leads every
 * name to it, so that module paths may be those of any host.
 *
 *   git-main.ts DIRECTORY CERTIFICATE KEY
 *
 * What it prints as `url` is the proxy. There, `/-/delay?ms=50` sets the delay and `/-/counts` answers `{requests}` since `/-/reset`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createProxy, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const [directory = '', certificate = '', key = ''] = process.argv.slice(2)
const counts = { requests: 0 }
let delayMs = 0

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  counts.requests++
  if (delayMs > 0) await sleep(delayMs)
  const url = new URL(request.url ?? '/', `https://${request.headers.host}`)
  if (url.searchParams.get('go-get') !== '1') return backend(url, request, response)
  // Every page says the same of itself and of all below it, as the pages of code hosts do.
  const root = `${url.hostname}${url.pathname.split('/').slice(0, 3).join('/')}`
  response.end(`<meta name="go-import" content="${root} git https://${root}.git">`)
}

/** One request by CGI (RFC 3875). */
async function backend(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, repository = '', service = ''] = /^(.+?)(?:\.git)?\/(info\/refs|git-upload-pack)$/.exec(url.pathname) ?? []
  const header = (name: string) => String(request.headers[name] ?? '')
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: `${directory}/${url.hostname}`,
    GIT_HTTP_EXPORT_ALL: '1',
    REQUEST_METHOD: request.method,
    PATH_INFO: `${repository}.git/${service}`,
    QUERY_STRING: url.search.slice(1),
    CONTENT_TYPE: header('content-type'),
    HTTP_CONTENT_ENCODING: header('content-encoding'),
    GIT_PROTOCOL: header('git-protocol'),
  }
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  child.stdin.on('error', () => undefined)
  request.pipe(child.stdin)
  response.on('close', () => child.kill())
  let head = Buffer.alloc(0)
  for (;;) {
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) continue
    child.stdout.pause()
    const lines = head.toString('latin1', 0, end).split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string]))
    const { Status: status = '200', ...others } = headers
    response.writeHead(Number(status.slice(0, 3)), others).write(head.subarray(end + 4))
    child.stdout.pipe(response)
    return
  }
}

const options = { cert: await readFile(certificate), key: await readFile(key), keepAliveTimeout: 300_000 }
const host = createServer(options, (request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error))
})
await once(host.listen(0, '127.0.0.1'), 'listening')
const { port } = host.address() as AddressInfo

const proxy = createProxy((request, response) => {
  const url = new URL(request.url ?? '/', 'http://proxy.test')
  if (url.pathname === '/-/delay') delayMs = Number(url.searchParams.get('ms'))
  if (url.pathname === '/-/reset') counts.requests = 0
  response.end(JSON.stringify(counts))
})
proxy.on('connect', (_, client: Socket, head: Buffer) => {
  client.on('error', () => undefined)
  const there = connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    there.write(head)
    there.pipe(client).pipe(there)
  })
  there.on('error', () => client.destroy())
})
proxy.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` }))
})
process.once('SIGTERM', () => process.exit(0))
