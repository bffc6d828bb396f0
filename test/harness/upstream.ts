import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { honestAnswer } from './answer.ts'
import { type Corpus, loadCorpus } from './corpus.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { changed, type Fault } from './fault.ts'

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string
  /** Path and query, percent-encoded as they came. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** Over the path of a URL, with `!` written as such: a glob in which `*` matches anything, or a regular expression. */
export type Matcher = string | RegExp

export interface Upstream {
  readonly url: string
  readonly corpus: Corpus
  /** The checksum database below `/sumdb/`; a test may put another one, a lying one, in its place. */
  database: TestDatabase
  /** Every request since the start or the last `forget`. */
  readonly requests: readonly SeenRequest[]
  count(matcher?: Matcher): number
  forget(): void
  /** From now on matching requests, at most `times`, meet the fault. The latest fault that matches wins. Returns its end. */
  fault(matcher: Matcher, fault: Fault, times?: number): () => void
  /** Honest again. */
  heal(): void
  /** Not there: connections are cut and refused. */
  stop(): Promise<void>
  /** There again, at the same address. */
  start(): Promise<void>
}

export interface UpstreamOptions {
  readonly corpus?: Corpus
  readonly database?: TestDatabase
  /** Serve HTTPS with this certificate. */
  readonly tls?: { readonly cert: string; readonly key: string }
}

interface ActiveFault {
  readonly matches: (path: string) => boolean
  readonly fault: Fault
  left: number
}

/** Starts a module proxy over the corpus on a free port of the loopback; it ends with the test. */
export async function corpusUpstream(t: TestContext, options: UpstreamOptions = {}): Promise<Upstream> {
  const corpus = options.corpus ?? loadCorpus()
  const requests: SeenRequest[] = []
  let faults: ActiveFault[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '/'
    requests.push({ method: request.method ?? '', path, headers: request.headers })
    const honest = await honestAnswer(path.split('?')[0]!, corpus, upstream.database)
    const active = faults.findLast((candidate) => candidate.left > 0 && candidate.matches(path))
    if (active !== undefined) active.left--
    await (active?.fault ?? changed((whole) => whole))({ request, response, path, honest })
  }
  const listener: RequestListener = (request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  }
  const server = options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener)
  const address = listening(server)
  const scheme = options.tls === undefined ? 'http' : 'https'
  await address.start()
  t.after(address.stop)
  const upstream: Upstream = {
    url: `${scheme}://127.0.0.1:${address.port()}`,
    corpus,
    database: options.database ?? (await testDatabase(corpus)),
    requests,
    count: (matcher = '*') => requests.filter(({ path }) => matcherOf(matcher)(path)).length,
    forget: () => void requests.splice(0),
    fault: (matcher, fault, times = Infinity) => {
      const active = { matches: matcherOf(matcher), fault, left: times }
      faults.push(active)
      return () => void (faults = faults.filter((other) => other !== active))
    },
    heal: () => void (faults = []),
    ...address,
  }
  return upstream
}

/** Stops and starts a server at one address, and cuts what is open when it stops. */
function listening(server: Server) {
  const sockets = new Set<Socket>()
  let port = 0
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  return {
    port: () => port,
    start: async () => {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
    },
    stop: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function matcherOf(matcher: Matcher): (path: string) => boolean {
  const pattern = matcher instanceof RegExp ? matcher : globPattern(matcher)
  // Go's client writes `%21` for the `!` of a capital letter where others write it as it is.
  return (path) => pattern.test(path.replaceAll('%21', '!'))
}

function globPattern(matcher: string): RegExp {
  const parts = matcher.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
