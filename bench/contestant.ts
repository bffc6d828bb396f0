import type { Running } from './process.ts'

/** A server that can stand between `go` and an upstream: the gate or a rival. */
export interface Contestant {
  readonly name: string
  /** What is switched on, for the reader to judge whether the comparison is fair. */
  readonly conditions: string
  /** Looks for it, brings it where that is possible. Resolves to its version, or to why it cannot take part. */
  prepare(): Promise<{ readonly version: string } | { readonly missing: string }>
  /** Starts it with an empty cache, or with what `site.directory` holds of an earlier start. */
  start(site: Site): Promise<Running>
}

export interface Site {
  /** Everything that it keeps. */
  readonly directory: string
  /** A module proxy, or `direct`. */
  readonly upstream: string
  /** Further variables of its environment: how it gets to code hosts. */
  readonly env?: Readonly<Record<string, string>>
  /** The checksum database below the upstream's `/sumdb/`, and what GOSUMDB is set to. */
  readonly sumdb: { readonly name: string; readonly key: string }
  readonly tls?: { readonly cert: string; readonly key: string }
}
