/**
 * One turn of a chain: all files of some modules, asked for as the go command walks its list, with a stopwatch beside it. The client is new
 * in each turn, as each run of the go command is, so that connections cost here what they cost there.
 */

import { setImmediate } from 'node:timers/promises'
import type { ModuleVersion } from '@modgate/gomod/module'
import type { ProxyEntry } from '@modgate/gomod/goenv'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import type { FailureCode } from '../core/failure-codes.ts'
import { asFailure, Failure } from '../core/failure.ts'
import { describeRequest } from '../source/describe.ts'
import type { Peer } from '../source/peer.ts'
import { proxyList } from '../source/proxy-list.ts'
import type { Traffic, TrafficCount } from '../source/traffic-count.ts'
import { cacheMark, type CacheMark } from './cache-mark.ts'

/** In the order in which the go command needs them of a module. */
export const fileKinds = ['info', 'mod', 'zip'] as const
export type FileKind = (typeof fileKinds)[number]

/** A file that was asked for. All times are milliseconds since the first entry of the list was asked. */
export interface FileTiming extends ModuleVersion {
  readonly kind: FileKind
  /** To the head of the answer that ended the walk; absent where none did. */
  readonly firstByteMs?: number
  /** To the last byte; absent where it did not come. */
  readonly totalMs?: number
  readonly bytes: number
  readonly cache?: CacheMark
  readonly failure?: FileFailure
}

export interface FileFailure {
  readonly code: FailureCode
  /** What happened, and who refused. */
  readonly message: string
}

export interface Turn extends Traffic {
  readonly files: readonly FileTiming[]
  /** Milliseconds for all. */
  readonly wallMs: number
}

export interface TurnOptions {
  readonly modules: readonly ModuleVersion[]
  /** Modules at once. */
  readonly width: number
  readonly connect: () => Peer
  readonly traffic: TrafficCount
  /** Of one file, milliseconds. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  readonly onFile?: () => void
}

/** As the go command has it of zips (https://go.dev/ref/mod#zip-path-size-constraints), with room for what is around them. */
const maxBytes = 512 * 1024 * 1024

/**
 * Asks for everything once. What fails is told in the result; only the signal's reason is thrown. A chain that has given nothing but
 * trouble to twice as many modules as go side by side is not asked for the rest.
 */
export async function chainTurn(list: readonly ProxyEntry[], options: TurnOptions): Promise<Turn> {
  const { modules, width, connect, traffic, signal } = options
  const [before, started] = [traffic.now(), performance.now()]
  const files: FileTiming[] = []
  const peer = connect()
  const isHopeless = () => files.length >= 2 * width * fileKinds.length && files.every(isTrouble)
  try {
    await eachOf(modules, width, async (module) => {
      for (const kind of fileKinds) {
        if (isHopeless()) return
        files.push(await fileTiming(list, { ...module, kind }, { ...options, peer }))
        signal.throwIfAborted()
        options.onFile?.()
        // Only after this does the client know that the connection is free; go takes it again at once, and so must we.
        await setImmediate()
      }
    })
  } finally {
    await peer.close()
  }
  const after = traffic.now()
  return {
    ...{ files, wallMs: performance.now() - started },
    requests: after.requests - before.requests,
    connections: after.connections - before.connections,
  }
}

/** Absence is an answer that a chain gives as fast as any. */
function isTrouble({ failure }: FileTiming): boolean {
  return failure !== undefined && failure.code !== 'module-not-found' && failure.code !== 'module-gone'
}

type Wanted = Extract<ModuleRequest, { readonly version: string }>

async function fileTiming(
  list: readonly ProxyEntry[],
  request: Wanted,
  options: TurnOptions & { readonly peer: Peer },
): Promise<FileTiming> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.deadlineMs)])
  const watch = stopwatch(options.peer)
  const source = proxyList(list, { peer: watch.peer })
  let bytes = 0
  try {
    const { body } = await source.get(request, walkContext(signal))
    watch.head()
    for await (const chunk of body.read()) if ((bytes += chunk.byteLength) > maxBytes) throw tooLarge(request)
    return { ...request, ...watch.facts(), bytes, totalMs: watch.now() }
  } catch (error) {
    options.signal.throwIfAborted()
    const { code, message } = failureOf(error, request, options.deadlineMs)
    return { ...request, ...watch.facts(), bytes, failure: { code, message } }
  }
}

function failureOf(error: unknown, request: Wanted, deadlineMs: number): Failure {
  if ((error as Error | undefined)?.name !== 'TimeoutError') return asFailure(error, describeRequest(request))
  const why = `nothing came to an end in ${deadlineMs} ms`
  return new Failure('upstream-timeout', { asked: describeRequest(request), who: 'modgate', why, cause: error })
}

function tooLarge(request: Wanted): Failure {
  const why = `the body is larger than ${maxBytes} bytes`
  return new Failure('upstream-too-large', { asked: describeRequest(request), who: 'modgate', why })
}

interface Stopwatch {
  /** The client; a small answer is read whole before a source gives it, so that its head is only seen from here. */
  readonly peer: Peer
  /** Milliseconds since the start. */
  now(): number
  /** A head has come, if none was seen. */
  head(): void
  facts(): Pick<FileTiming, 'firstByteMs' | 'cache'>
}

function stopwatch(peer: Peer): Stopwatch {
  const started = performance.now()
  const now = () => performance.now() - started
  let facts: Pick<FileTiming, 'firstByteMs' | 'cache'> = {}
  return {
    now,
    facts: () => facts,
    head: () => void (facts = { firstByteMs: now(), ...facts }),
    peer: {
      close: () => peer.close(),
      async get(url, signal) {
        const answer = await peer.get(url, signal)
        const cache = cacheMark(answer.headers)
        // The last of them counts: behind a body that broke off, a list with a pipe goes on.
        if (answer.status === 200) facts = { firstByteMs: now(), ...(cache === undefined ? {} : { cache }) }
        return answer
      },
    },
  }
}

const walkContext = (signal: AbortSignal): Context => ({
  id: `timing-${process.pid}`,
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal,
  cachedOnly: false,
})
