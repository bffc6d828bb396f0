/**
 * The upstream of a run, in a process of its own so that its CPU is nobody else's: a directory in GOPROXY layout with a checksum
 * database, each answer after a delay that can be set.
 *
 *   main.ts corpus DIRECTORY                    the corpus and its database
 *   main.ts recorded DIRECTORY MODULE-PROXY     what was recorded there; what is missing is fetched once and recorded
 *
 * `/-/delay?ms=50` sets the delay, `/-/counts` answers `{requests, fetched}` since the last `/-/reset`.
 */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answers } from './answers.ts'
import { corpusDatabase, databaseName } from './database.ts'
import { recording } from './recording.ts'

const [mode = '', directory = '', moduleProxy = ''] = process.argv.slice(2)
const counts = { requests: 0, fetched: 0 }
let delayMs = 0

async function corpusAnswers(): Promise<Answers> {
  const database = await corpusDatabase(directory)
  const prefix = `/sumdb/${databaseName}`
  return async (path) => {
    if (!path.startsWith(`${prefix}/`)) return join(directory, path)
    const { status, body } = await database(path.slice(prefix.length))
    return status === 200 ? body : status
  }
}

const answers: Answers =
  mode === 'corpus'
    ? await corpusAnswers()
    : recording(directory, moduleProxy, () => {
        counts.fetched++
      })

function control(url: URL): string {
  if (url.pathname === '/-/delay') delayMs = Number(url.searchParams.get('ms'))
  if (url.pathname === '/-/reset') Object.assign(counts, { requests: 0, fetched: 0 })
  return JSON.stringify(counts)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://upstream.test')
  if (url.pathname.startsWith('/-/')) return void response.end(control(url))
  counts.requests++
  const [found] = await Promise.all([
    answers(decodeURIComponent(url.pathname)),
    delayMs > 0 ? sleep(delayMs) : undefined,
  ])
  if (typeof found === 'number')
    return void response.writeHead(found, { 'content-type': 'text/plain' }).end('not here\n')
  if (typeof found !== 'string') return void response.writeHead(200, { 'content-length': found.length }).end(found)
  const file = await stat(found).catch(() => undefined)
  if (!file?.isFile()) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n')
  response.writeHead(200, { 'content-length': file.size })
  if (request.method === 'HEAD') return void response.end()
  createReadStream(found).pipe(response)
}

const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  answer(request, response).catch((error: unknown) => response.destroy(error as Error))
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(JSON.stringify({ msg: 'listening', url: `http://127.0.0.1:${port}` }))
})
process.once('SIGTERM', () => process.exit(0))
