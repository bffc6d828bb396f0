/** An answer to a ModuleRequest, on its way through the layers. */

import type { Body } from './body.ts'
import type { Failure } from './failure.ts'

/** Why these bytes are believed. */
export type Trust =
  | 'record' // the checksum database has their hash
  | 'first-seen' // private: equal to what came at first sight
  | 'exempt' // accepted without a record, by --no-verify or without a database
  | 'answer' // no hash exists for this kind of answer (list, latest, info, query); its form was checked
  | 'signed' // notes and tiles of a checksum database, proved by its key

/** What the cache did, for `Cache-Status` (RFC 9211), the log and the meters. */
export interface CacheOutcome {
  readonly status: 'hit' | 'stale' | 'miss'
  /** The request joined a fetch that another one had started. */
  readonly collapsed?: boolean
  /** A word more: why stale, whom it was fetched from. */
  readonly detail?: string
}

export interface Resource {
  readonly body: Body
  /** Media type with charset. */
  readonly type: string
  /** Gzip makes it smaller, although its type does not say so. */
  readonly isText?: boolean
  /** Strong entity tag, quoted (RFC 9110 section 8.8.3), where one is known before the body is whole. */
  readonly etag?: string
  /** Undefined: never changes. Else how old the answer is and how long it is good, in seconds. */
  readonly freshness?: { readonly ageSeconds: number; readonly ttlSeconds: number }
  readonly trust: Trust
  /** Who gave it first: an upstream's URL without credentials, a folder. */
  readonly source: string
  readonly cache: CacheOutcome
  /** Resolves, never rejects, when the work behind the body is over: undefined where it was kept, else why not. */
  readonly settled?: Promise<Failure | undefined>
}
