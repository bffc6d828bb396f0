/**
 * One request of the go command, passed on to the place that it was meant for, and its answer passed back as it comes. What reaches the
 * go command is what would have reached it: statuses, headers and bodies are not touched, redirects are followed by its rules, and a
 * connection that breaks off in a body breaks off there too. Only where no answer came at all there has to be one: 502 with the reason,
 * which the go command takes as it takes a connection that failed.
 */

import type {
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http'
import { causeOf, Trouble } from '../inspect/evidence/probe-trouble.ts'
import type { Connections } from './connections.ts'
import type { GoAuth } from './go-auth.ts'
import { publicPlace, type RecordedPlace } from './recorded-list.ts'
import type { Note, Recording } from './recording.ts'
import { maxModBytes } from './requirements.ts'

export interface ExchangeParts {
  readonly recording: Recording
  readonly connections: Connections
  readonly auth: GoAuth
}

/** Where a request goes: a place, and the rest of the path as the go command sent it. */
export interface Destination {
  readonly place: RecordedPlace
  readonly index: number
  readonly path: string
}

const maxRedirects = 10
/** Of a connection, not of what goes over it (RFC 9110 section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Passes one request on. Never rejects: what goes wrong is noted, and told to the go command. */
export async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  destination: Destination,
  parts: ExchangeParts,
): Promise<void> {
  const note = parts.recording.begin(destination.index, destination.path)
  const left = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) left.abort()
  })
  try {
    const asking: Asking = { request, note, signal: left.signal, parts }
    const answer = await askAsGo(targetOf(destination), asking)
    parts.recording.passed(note, 'bodyMs')
    await passBack(answer, response, asking)
    parts.recording.end(note, 'answered')
  } catch (error) {
    const words = error instanceof Trouble ? error.message : causeOf(error)
    if (left.signal.aborted && response.destroyed) parts.recording.end(note, 'given-up')
    else parts.recording.end(note, 'failed', words)
    tell(response, `${publicPlace(destination.place.url)}: ${words}`)
  }
}

interface Asking {
  readonly request: IncomingMessage
  readonly note: Note
  /** Aborted when the go command has gone. */
  readonly signal: AbortSignal
  readonly parts: ExchangeParts
}

/** The URL that the go command would have asked, credentials and query of the place included. */
function targetOf({ place: { url }, path }: Destination): URL {
  const target = new URL(url)
  target.pathname = `${url.pathname.replace(/\/$/, '')}${path}`
  target.hash = ''
  return target
}

/** Over https the go command asks again after each status of 400 to 499: GOAUTH may know more by then. */
async function askAsGo(target: URL, asking: Asking): Promise<IncomingMessage> {
  const answer = await follow(target, asking)
  const { note, parts } = asking
  if (target.protocol !== 'https:' || note.status! < 400 || note.status! >= 500) return answer
  await parts.auth.refused(withoutUser(target), headOf(answer))
  answer.resume()
  note.again = true
  parts.recording.passed(note, 'queueMs')
  return follow(target, asking)
}

/** As commands of GOAUTH get it on their standard input. */
function headOf({ httpVersion, statusCode, statusMessage, headers }: IncomingMessage): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`)
  return [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\n')
}

async function follow(first: URL, asking: Asking): Promise<IncomingMessage> {
  const { note } = asking
  let here = first
  for (;;) {
    const answer = await ask(here, first, asking)
    const { location } = answer.headers
    note.status = answer.statusCode ?? 0
    if (location === undefined || ![301, 302, 303, 307, 308].includes(note.status)) return answer
    answer.resume()
    here = redirected(here, location, note)
  }
}

/** The rules of the go command: at most ten, and never from https to http. */
function redirected(from: URL, location: string, note: Note): URL {
  const to = URL.parse(location, from)
  if (to === null || !/^https?:$/.test(to.protocol)) {
    throw new Trouble('request', 'redirect-insecure', 'redirected to something that is no URL of http')
  }
  note.redirects = [...(note.redirects ?? []), publicPlace(to)]
  if (from.protocol === 'https:' && to.protocol !== 'https:') {
    const words = `redirected from secure URL ${publicPlace(from)} to insecure URL ${publicPlace(to)}`
    throw new Trouble('request', 'redirect-insecure', words)
  }
  if (note.redirects.length >= maxRedirects)
    throw new Trouble('request', 'redirect-loop', `stopped after ${maxRedirects} redirects`)
  return to
}

/** Asks one URL. A kept connection may have been closed by the other side a moment ago: then, and only then, it is asked again. */
async function ask(url: URL, first: URL, asking: Asking): Promise<IncomingMessage> {
  for (;;) {
    const sent = await send(url, first, asking)
    try {
      return await answerTo(sent, asking)
    } catch (error) {
      if (asking.signal.aborted || !sent.reusedSocket || !isCut(error)) throw error
      asking.parts.recording.passed(asking.note, 'queueMs')
    }
  }
}

const isCut = (error: unknown) => ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')

async function send(url: URL, first: URL, { request, parts }: Asking): Promise<ClientRequest> {
  // Credentials are for the host that was asked first; one that it sends on to gets none.
  const login = url.origin === first.origin ? await loginFor(first, parts.auth) : {}
  return parts.connections.request(url, request.method ?? 'GET', { ...endToEnd(request.headers), ...login }).end()
}

/** What GOAUTH knows comes before what the URL has. */
async function loginFor(url: URL, auth: GoAuth): Promise<OutgoingHttpHeaders> {
  if (url.protocol !== 'https:') return {}
  const known = await auth.headersFor(withoutUser(url))
  if (known['authorization'] !== undefined || (url.username === '' && url.password === '')) return known
  const pair = [url.username, url.password].map(decodeURIComponent).join(':')
  return { ...known, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

function withoutUser(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

function answerTo(
  sent: ClientRequest,
  { note, signal, parts: { recording, connections } }: Asking,
): Promise<IncomingMessage> {
  const leave = () => sent.destroy()
  signal.addEventListener('abort', leave, { once: true })
  return new Promise((resolve, reject) => {
    sent.once('socket', (socket) => {
      const standing = connections.of(socket)
      if (standing !== undefined) note.connection = standing.id
      note.reused = sent.reusedSocket
      recording.sent(note, sent.reusedSocket ? undefined : tookOf(standing?.contact))
    })
    sent.once('response', resolve)
    // Stays for as long as the body comes, whose end the answer itself tells.
    sent.on('error', reject)
  })
}

type Took = NonNullable<Parameters<Recording['sent']>[1]>

/** The phases of a new connection. */
export function tookOf(contact: Took | undefined): Took {
  const { dnsMs, connectMs, tlsMs } = contact ?? {}
  return {
    ...(dnsMs === undefined ? {} : { dnsMs }),
    ...(connectMs === undefined ? {} : { connectMs }),
    ...(tlsMs === undefined ? {} : { tlsMs }),
  }
}

async function passBack(answer: IncomingMessage, response: ServerResponse, asking: Asking): Promise<void> {
  const { note, parts } = asking
  const type = answer.headers['content-type']
  if (type !== undefined) note.type = type.split(';')[0]!.trim().slice(0, 100)
  response.writeHead(note.status!, endToEnd(answer.headers))
  // The head may be all that comes for a long time, and the go command would know that; mostly the body is right behind it.
  const alone = setImmediate(() => response.flushHeaders())
  const mod = note.kind === 'mod' && note.status === 200 ? ([] as Buffer[]) : undefined
  const length = Number(answer.headers['content-length'] ?? NaN)
  let waited = true
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    clearImmediate(alone)
    parts.recording.received(note, chunk.length, waited)
    if (mod !== undefined && note.bytes <= maxModBytes) mod.push(chunk)
    if (note.bytes === length) response.end(chunk)
    else waited = response.write(chunk)
    if (!waited) await drained(response)
  }
  clearImmediate(alone)
  if (!answer.complete) throw new Trouble('body', 'broken', `the answer broke off after ${note.bytes} bytes`)
  if (!response.writableEnded) response.end()
  if (mod !== undefined && note.bytes <= maxModBytes) {
    parts.recording.requirements.add(
      `${note.module}@${note.version}`,
      Buffer.concat(mod),
      answer.headers['content-encoding'],
    )
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle)
      if (response.destroyed) reject(new Error('the go command has gone'))
      else resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}

function endToEnd(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name) && name !== 'host'))
}

/** To the go command: what went wrong where nothing has been said yet, else a cut. */
function tell(response: ServerResponse, words: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' }).end(`modgate trace: ${words}\n`)
}
