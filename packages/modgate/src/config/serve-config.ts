/** The settings of `modgate serve`, parsed: plain data that nobody has to look at twice. */

import type { ChecksumDatabase, ProxyEntry } from '@modgate/gomod/goenv'
import type { VersionControl } from '../core/version-control.ts'
import type { Credential } from './credential.ts'

/** Where a server listens. An IPv6 host stands without its brackets; port 0 lets the system choose. */
export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Modules that match `patterns` come from `list` and from nowhere else. */
export interface Route {
  /** Comma-separated glob patterns of module path prefixes, as GOPRIVATE has them. */
  readonly patterns: string
  readonly list: readonly ProxyEntry[]
}

/** PEM files, absolute paths. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

export const logFormats = ['auto', 'json', 'pretty'] as const
export type LogFormat = (typeof logFormats)[number]

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export const prefetchDepths = ['mod', 'zip', 'off'] as const
export type PrefetchDepth = (typeof prefetchDepths)[number]

/** A witness of the log (C2SP tlog-witness). */
export interface WitnessAddress {
  readonly name: string
  /** Verifier key: `name+hash+key`. */
  readonly key: string
  /** Submission prefix, without a slash at its end. */
  readonly url: string
}

/** For whom a token is needed: nobody, callers of private modules, everybody. */
export const accessModes = ['open', 'private', 'all'] as const
export type AccessMode = (typeof accessModes)[number]

/** The gate's own checksum database. Paths are absolute. */
export interface CoveringLogFiles {
  /** As it was given; undefined: that of the key. */
  readonly name: string | undefined
  /** What a log that is new is called where no name was given. */
  readonly newName: string
  /** Holds the signer key, and with it the name. */
  readonly key: string
  /** A file that was given, or the directory in which every log has one by its name. */
  readonly guard: { readonly file: string } | { readonly directory: string }
}

/** Everything that a gate needs to know to be built. Durations are milliseconds, sizes bytes, paths absolute. */
export interface ServeConfig {
  readonly listen: ListenAddress
  /** Where clients reach it, without a slash at the end; undefined: as each of them names it. */
  readonly publicUrl: string | undefined
  /** The directory of everything that the gate keeps. */
  readonly data: string
  /** At least one entry, `direct` and `off` among them. Never the gate itself. */
  readonly upstream: readonly ProxyEntry[]
  readonly sumdb: ChecksumDatabase
  /** Patterns of modules that never go to an upstream or a public checksum database; empty for none. */
  readonly privatePatterns: string
  /** In the order in which they are tried: the first match wins. */
  readonly routes: readonly Route[]
  /** Patterns of modules whose own hosts may be asked without TLS; empty for none. */
  readonly insecure: string
  /** Closed networks that are open to what a module path leads to. */
  readonly allowNetworks: readonly string[]
  readonly credentials: readonly Credential[]
  /** The systems whose repositories are fetched from. */
  readonly versionControls: readonly VersionControl[]
  /** Patterns of modules that are accepted without a record; empty for none. */
  readonly noVerify: string
  /** Undefined: it has none, and clients verify against the public database alone. */
  readonly log: CoveringLogFiles | undefined
  /** Who cosigns the heads of the log, in the order in which their lines stand; none unless somebody named them. */
  readonly witnesses: readonly WitnessAddress[]
  readonly access: AccessMode
  /** The file of the tokens. */
  readonly tokens: string
  /** How often repositories are looked at for what has moved since; undefined: never. */
  readonly originWatchMs: number | undefined
  /** The file of the secrets of push hooks; undefined: there are none. */
  readonly hookSecretFile: string | undefined
  /** Answer from what is kept, never ask anybody. */
  readonly offline: boolean
  readonly tls: TlsFiles | undefined
  /** Empty, or a path such as `/go` that every URL of the gate begins with: no slash at its end. */
  readonly basePath: string
  /** `auto` is pretty on a terminal and JSON elsewhere. */
  readonly logFormat: LogFormat
  readonly logLevel: LogLevel
  readonly connectTimeoutMs: number
  readonly firstByteTimeoutMs: number
  readonly stallTimeoutMs: number
  /** How long a list, a latest version or a query is fresh. */
  readonly answerTtlMs: number
  /** How long "not there" is remembered. */
  readonly absentTtlMs: number
  /** Memory for small bodies that are asked often. */
  readonly memoryBytes: number
  /** Bytes of module files on disk at most; undefined for no limit. */
  readonly cacheBytes: number | undefined
  /** Patterns of modules that the limit never removes; empty for none. */
  readonly cachePins: string
  /** Bytes that mirrors of repositories may take on disk. */
  readonly mirrorBytes: number
  /** What is fetched before it is asked for. */
  readonly prefetch: PrefetchDepth
  /** How much of it for one client in one build. */
  readonly prefetchBytes: number
  readonly shutdownTimeoutMs: number
  /** How many distinct modules the metrics name; the rest counts as `other`. */
  readonly metricsModules: number
}
