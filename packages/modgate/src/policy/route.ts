/**
 * Which way a module goes: where its files are asked for, in which order, and which checksum database is asked about it. Follows
 * the go command to the letter ("Module proxies", "Private modules" and "Authenticating modules" in the Go Modules Reference).
 */

import { parseProxyList, parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { FetchSettings } from './fetch-settings.ts'

export interface Route {
  readonly module: string
  /** Where info, mod and zip are asked for, one after the other. */
  readonly content: ContentRoute
  /** Who is asked what they must hash to. */
  readonly checksum: ChecksumRoute
}

export type ContentRoute =
  /** GONOPROXY has it: its own host is asked, and no proxy sees its name. */
  | { readonly kind: 'direct'; readonly pattern: string }
  | { readonly kind: 'list'; readonly hops: readonly Hop[] }
  /** The go command stops before it asks anybody, with this message. */
  | { readonly kind: 'refused'; readonly message: string }

/** One entry of GOPROXY, and after which answers the next one is asked. */
export type Hop =
  | { readonly kind: 'proxy'; readonly url: string; readonly fallback: 'not-found' | 'any' }
  | { readonly kind: 'direct' }
  | { readonly kind: 'off' }

export type ChecksumRoute =
  | { readonly kind: 'asked'; readonly name: string; readonly key: string; readonly url?: string }
  /** Nobody is asked: go.sum is all there is, and the first answer is believed. */
  | { readonly kind: 'skipped'; readonly because: 'GOSUMDB=off' | 'GONOSUMDB'; readonly pattern?: string }
  | { readonly kind: 'refused'; readonly message: string }

/** The module that Go's own toolchains are: its checksums are looked up whatever the settings say. */
export const TOOLCHAIN = 'golang.org/toolchain'

/** The way of a module path under these settings. Never throws: what the go command would refuse is part of the answer. */
export function planRoute(settings: FetchSettings, module: string): Route {
  return { module, content: contentRoute(settings, module), checksum: checksumRoute(settings, module) }
}

/** GONOPROXY is asked before the list, `off` in the list notwithstanding; only a list that cannot be read stops it. */
function contentRoute({ GOPROXY, GONOPROXY }: FetchSettings, module: string): ContentRoute {
  try {
    const hops = parseProxyList(GOPROXY)
    const pattern = matchingPattern(GONOPROXY, module)
    return pattern === undefined ? { kind: 'list', hops } : { kind: 'direct', pattern }
  } catch (error) {
    return { kind: 'refused', message: settingMessage(error) }
  }
}

function checksumRoute(settings: FetchSettings, module: string): ChecksumRoute {
  const pattern = matchingPattern(settings.GONOSUMDB, module)
  const must = module === TOOLCHAIN && !isLoneFolder(settings.GOPROXY)
  if (pattern !== undefined && !must) return { kind: 'skipped', because: 'GONOSUMDB', pattern }
  try {
    const database = parseSumdb(settings.GOSUMDB)
    if (database.kind === 'database') return { ...database, kind: 'asked' }
    if (must) return { kind: 'refused', message: 'checksum database disabled by GOSUMDB=off' }
    return { kind: 'skipped', because: 'GOSUMDB=off' }
  } catch (error) {
    return { kind: 'refused', message: settingMessage(error) }
  }
}

/** So that a toolchain can be tested from a folder before anybody has recorded it. */
function isLoneFolder(goproxy: string): boolean {
  return goproxy.startsWith('file://') && !/[,|]/.test(goproxy)
}

/** The first entry of a pattern list that matches, as it is written there. */
export function matchingPattern(patterns: string, module: string): string | undefined {
  return patterns.split(',').find((pattern) => matchPrefixPatterns(pattern, module))
}

function settingMessage(error: unknown): string {
  if (error instanceof SettingError) return error.message
  throw error
}
