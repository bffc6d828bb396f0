/** What travels with a request through all rooms. */

/** W3C trace context (https://www.w3.org/TR/trace-context/): hex identifiers of the trace and of the span that asks. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string
  /** 16 hex digits. */
  readonly spanId: string
  readonly sampled: boolean
}

/** Somebody whom a token let in. */
export interface Caller {
  /** What the token is called. */
  readonly name: string
  /** GOPRIVATE grammar: the modules that it may see; `*` for all. */
  readonly patterns: string
}

export interface Context {
  /** The request's id: the client's `X-Request-Id` where it gave a sane one, else made here. */
  readonly id: string
  readonly trace: TraceContext
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal
  /** Answer from what is kept, fetch nothing (`/cached-only/`, `Disable-Module-Fetch: true`). */
  readonly cachedOnly: boolean
  /** Who asks, for fairness between clients, for what belongs to one build, and for the note who asked first: an address, never more. */
  readonly client?: string
  /** Whose token came with the request; undefined for a stranger. What is shared between clients knows nothing of it. */
  readonly caller?: Caller | undefined
  /** Ask the upstream even where an answer that ages is still good (`modgate refresh`). */
  readonly fresh?: boolean
}

/** A context for work that outlives the request which started it. */
export function detached(context: Context, signal: AbortSignal): Context {
  const { id, trace, client } = context
  return { id, trace, signal, cachedOnly: false, ...(client === undefined ? {} : { client }) }
}
