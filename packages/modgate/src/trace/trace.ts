/**
 * What a trace is: everything that one command asked of module proxies, with its times. It is plain data, written to a file and read
 * again; whatever is concluded from it (findings, pictures, other formats) is made from this alone.
 */

import { parseRequest, RequestError, type DatabaseResource } from '@modgate/gomod/proxy'

/** The first member of a trace file: another number is another meaning. */
export const traceFormat = 'modgate-trace/1'

export interface Trace {
  readonly format: typeof traceFormat
  /** The version of modgate that recorded it. */
  readonly modgate: string
  /** When the command began, milliseconds since the epoch. All other times are milliseconds since then. */
  readonly began: number
  readonly command: readonly string[]
  readonly totalMs: number
  /** How the command ended; absent while it runs. */
  readonly exit?: { readonly code: number } | { readonly signal: string }
  /** The proxies of GOPROXY that were recorded, in their order; then who was connected to besides them. */
  readonly places: readonly TracedPlace[]
  /** What went past the recorder, a sentence each. */
  readonly unseen: readonly string[]
  readonly requests: readonly TracedRequest[]
  /** Requests beyond the limit that were passed on and not kept. */
  readonly omitted: number
}

export interface TracedPlace {
  /** Without user, password and query. */
  readonly url: string
  /** After which answers the go command asks the next entry of its list; absent for who is none of it. */
  readonly fallback?: 'not-found' | 'any'
}

/** What a request was for: a kind of the GOPROXY protocol, one of a checksum database, a connection by https to somebody else, or another thing. */
export const tracedKinds = [
  'info',
  'mod',
  'zip',
  'list',
  'latest',
  'query',
  'lookup',
  'tile',
  'database',
  'tunnel',
  'other',
] as const
export type TracedKind = (typeof tracedKinds)[number]

export interface TracedRequest {
  /** From 0, in the order in which they came. */
  readonly id: number
  /** Index into the places. */
  readonly place: number
  /** The path below the URL of the place, as the go command sent it. */
  readonly path: string
  readonly kind: TracedKind
  readonly module?: string
  /** A version, or what a query asks for. */
  readonly version?: string
  readonly startMs: number
  /** Of both times, where it was asked again. */
  readonly phases: Phases
  /** Whether it was asked a second time after a status of 400 to 499, as the go command does over https. */
  readonly again?: true
  /** `open`: the command ended, or the trace was written, before it did. */
  readonly outcome: 'answered' | 'failed' | 'given-up' | 'open'
  readonly status?: number
  /** Of the body, as they came over the wire. */
  readonly bytes: number
  readonly type?: string
  /** A number for each connection to a place; absent where there was none. */
  readonly connection?: number
  /** Whether the connection had served another request before. */
  readonly reused: boolean
  /** Where the place sent on to, without queries. */
  readonly redirects?: readonly string[]
  /** Why it failed, in words. */
  readonly trouble?: string
  /** The longest time without a byte, if it is one that a person notices. */
  readonly silence?: Silence
  /** Who requires the module in this version: `PATH@VERSION` of the first go.mod that does, or `go.mod` for that of the main module. */
  readonly cause?: string
}

/** Milliseconds, one after the other; what did not happen is absent. */
export interface Phases {
  /** Until a connection was begun or taken, and in proxies on the way to the place. */
  readonly queueMs: number
  readonly dnsMs?: number
  readonly connectMs?: number
  readonly tlsMs?: number
  /** From sending to the head of the answer. */
  readonly firstByteMs?: number
  readonly bodyMs?: number
}

export interface Silence {
  readonly fromMs: number
  readonly ms: number
}

export const phaseNames = [
  'queueMs',
  'dnsMs',
  'connectMs',
  'tlsMs',
  'firstByteMs',
  'bodyMs',
] as const satisfies readonly (keyof Phases)[]

/** When a request was over, or when the trace was, for one that never was. */
export function endOf({ startMs, phases, outcome }: TracedRequest, totalMs: number): number {
  if (outcome === 'open') return Math.max(totalMs, startMs)
  return startMs + phaseNames.reduce((sum, name) => sum + (phases[name] ?? 0), 0)
}

/** Milliseconds until the first byte of the answer, connecting included. */
export function waitOf({ phases }: TracedRequest): number {
  return phaseNames.reduce((sum, name) => sum + (name === 'bodyMs' ? 0 : (phases[name] ?? 0)), 0)
}

/** Whether it brought neither what was asked for nor the word that it is not there. */
export function isFailure({ outcome, status = 0 }: TracedRequest): boolean {
  return outcome === 'failed' || (outcome === 'answered' && status !== 200 && !isAbsence(status))
}

/** Whether that is the word that it is not there. */
export const isAbsence = (status: number | undefined): boolean => status === 404 || status === 410

/** What a request is about. */
export type Subject = Pick<TracedRequest, 'kind' | 'module' | 'version'>

/** What a path below a place's URL asks for. */
export function subjectOf(path: string): Subject {
  try {
    const request = parseRequest(path)
    switch (request.kind) {
      case 'list':
      case 'latest':
        return { kind: request.kind, module: request.path }
      case 'query':
        return { kind: 'query', module: request.path, version: request.query }
      case 'sumdb':
        return databaseSubject(request.resource)
      default:
        return { kind: request.kind, module: request.path, version: request.version }
    }
  } catch (error) {
    if (error instanceof RequestError) return { kind: 'other' }
    throw error
  }
}

function databaseSubject(resource: DatabaseResource): Subject {
  switch (resource.kind) {
    case 'lookup':
      return { kind: 'lookup', module: resource.path, version: resource.version }
    case 'tile':
      return { kind: 'tile' }
    default:
      return { kind: 'database' }
  }
}

/** `PATH@VERSION`, the path alone, or the path of the URL where no module is meant. */
export function nameOf({ module, version, path }: Pick<TracedRequest, 'module' | 'version' | 'path'>): string {
  if (module === undefined) return path
  return version === undefined ? module : `${module}@${version}`
}
