/** One GET as the go command sends it: its redirects, its limits on safety, and a clock. */

import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Credentials } from './network-credentials.ts'
import type { Trouble as Said } from './network-evidence.ts'
import { connect, type Connection, type Wire } from './probe-contact.ts'
import { causeOf, limited, Trouble } from './probe-trouble.ts'

/** Who asks. */
export interface Asker {
  readonly wire: Wire
  readonly credentials: Credentials
  /** Ends when the time for the place is over. */
  readonly signal: AbortSignal
  readonly insecure?: boolean
}

/** What came. Either `status` or `trouble` is there, or both where a body broke off. */
export interface Fetched {
  readonly url: URL
  readonly status?: number
  readonly type?: string
  readonly body: Buffer
  readonly redirects: readonly string[]
  readonly firstByteMs?: number
  readonly totalMs?: number
  readonly aheadMs?: number
  readonly trouble?: Said
}

export interface Amount {
  /** Bytes after which no more is read. */
  readonly bytes: number
  /** Whether that is trouble, or enough. */
  readonly whole: boolean
}

type Draft = { -readonly [Key in keyof Fetched]: Fetched[Key] }

const maxRedirects = 10

/** Asks. Never rejects: trouble is part of what came. */
export async function get(url: URL, asker: Asker, amount: Amount): Promise<Fetched> {
  const fetched: Draft = { url, body: Buffer.alloc(0), redirects: [] }
  const started = performance.now()
  try {
    refusePlainCredentials(url, asker)
    await follow(fetched, asker, amount)
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    fetched.trouble = error.said
  }
  fetched.totalMs = performance.now() - started
  return fetched
}

/** Without user, password, query and fragment. */
export function publicUrl(url: URL): string {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  plain.search = ''
  plain.hash = ''
  return plain.href
}

/** The go command sends no password over plain http. */
function refusePlainCredentials(url: URL, { insecure }: Asker): void {
  if (url.protocol !== 'http:' || insecure === true || (url.username === '' && url.password === '')) return
  throw new Trouble(
    'request',
    'insecure-credentials',
    `refusing to pass credentials to insecure URL: ${publicUrl(url)}`,
  )
}

async function follow(fetched: Draft, asker: Asker, amount: Amount): Promise<void> {
  let here = fetched.url
  for (;;) {
    const answer = await ask(here, fetched, asker)
    const location = answer.headers.location
    if (location === undefined || ![301, 302, 303, 307, 308].includes(answer.statusCode ?? 0)) {
      await readInto(fetched, answer, { asker, amount })
      return
    }
    answer.destroy()
    here = redirected(fetched, here, location)
  }
}

function redirected(fetched: Draft, from: URL, location: string): URL {
  const to = URL.parse(location, from)
  if (to === null) throw new Trouble('request', 'redirect-insecure', 'redirected to something that is no URL')
  fetched.redirects = [...fetched.redirects, publicUrl(to)]
  if (to.protocol !== 'https:' && (fetched.url.protocol === 'https:' || to.protocol !== 'http:')) {
    const words = `redirected from secure URL ${publicUrl(from)} to insecure URL ${publicUrl(to)}`
    throw new Trouble('request', 'redirect-insecure', words)
  }
  if (fetched.redirects.length >= maxRedirects) {
    throw new Trouble('request', 'redirect-loop', `stopped after ${maxRedirects} redirects`)
  }
  return to
}

async function ask(url: URL, fetched: Draft, asker: Asker): Promise<IncomingMessage> {
  const { wire, signal, insecure = false } = asker
  const connection = await connect(url, wire, { signal, alpn: ['http/1.1'], insecure })
  const { contact, socket } = connection
  if (socket === undefined) throw new Trouble(contact.trouble!.phase, contact.trouble!.kind, contact.trouble!.message)
  const sent = performance.now()
  const request = send(url, connection, authorizationFor(url, fetched.url, asker))
  try {
    const answer = await limited(answerTo(request), { phase: 'request', milliseconds: wire.phaseMs, signal })
    fetched.firstByteMs = performance.now() - sent
    const date = Date.parse(answer.headers.date ?? '')
    if (!Number.isNaN(date)) fetched.aheadMs = date - wire.now()
    return answer
  } catch (error) {
    request.destroy()
    throw error
  }
}

/** Credentials are for the host that was asked first; one that it sends us to gets none. */
function authorizationFor(url: URL, asked: URL, { credentials }: Asker): string | undefined {
  return url.host === asked.host && url.protocol === asked.protocol ? credentials(asked) : undefined
}

function send(url: URL, { socket, relay }: Connection, authorization: string | undefined): ClientRequest {
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  bare.hash = ''
  return httpRequest({
    createConnection: () => socket!,
    path: relay ? bare.href : `${bare.pathname}${bare.search}`,
    setHost: false,
    headers: {
      host: bare.host,
      'user-agent': 'Go-http-client/1.1',
      'accept-encoding': 'gzip',
      connection: 'close',
      ...(authorization === undefined ? {} : { authorization }),
      ...(relay?.authorization === undefined ? {} : { 'proxy-authorization': relay.authorization }),
    },
  }).end()
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isOther = error.code?.startsWith('HPE_') === true
      const words = isOther ? 'what came is no HTTP' : `the connection was cut before an answer (${causeOf(error)})`
      reject(new Trouble('request', 'broken', words))
    })
  })
}

interface Reading {
  readonly asker: Asker
  readonly amount: Amount
}

async function readInto(fetched: Draft, answer: IncomingMessage, { asker, amount }: Reading): Promise<void> {
  fetched.status = answer.statusCode ?? 0
  const type = answer.headers['content-type']
  if (type !== undefined) fetched.type = type.split(';')[0]!.trim().toLowerCase()
  const reading = readBody(answer, amount, (body) => {
    fetched.body = body
  })
  try {
    await limited(reading, { phase: 'body', milliseconds: asker.wire.phaseMs, signal: asker.signal })
  } finally {
    answer.destroy()
  }
}

async function readBody(answer: IncomingMessage, amount: Amount, keep: (body: Buffer) => void): Promise<void> {
  const plain: Readable = answer.headers['content-encoding'] === 'gzip' ? answer.pipe(createGunzip()) : answer
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= amount.bytes) break
    }
  } catch (error) {
    throw new Trouble('body', 'broken', `the answer broke off after ${size} bytes (${causeOf(error)})`)
  } finally {
    keep(Buffer.concat(chunks).subarray(0, amount.bytes))
  }
  if (amount.whole && size >= amount.bytes) {
    throw new Trouble('body', 'too-large', `the answer has more than ${amount.bytes} bytes`)
  }
}
