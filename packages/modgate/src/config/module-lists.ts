/** Settings in Go's own grammars: GOPROXY lists, GOSUMDB, and the routes made of them. */

import { parseProxyList, parseSumdb, type ProxyEntry } from '@modgate/gomod/goenv'
import { z } from 'zod'
import { parsePatternList } from './pattern-list.ts'
import type { Route } from './serve-config.ts'
import { parsedBy, written } from './written.ts'

/** One text, or in a file also a list of entries, of which one is asked after the other said "not there". */
export const proxyList = z
  .union([z.string(), z.array(z.string())], { error: 'is not a list of proxies' })
  .transform(parsedBy((given) => parseList(typeof given === 'string' ? given : given.join(','))))

export const sumdb = written('a checksum database', (text) => asGo(parseSumdb, text))

/** `PATTERNS=LIST`. Throws where one of them is missing or wrong. */
export function parseRoute(text: string): Route {
  const equals = text.indexOf('=')
  if (equals < 0) throw new Error('has no =')
  const patterns = parsePatternList(text.slice(0, equals).trim())
  if (patterns === '') throw new Error('has no pattern before its =')
  const list = text.slice(equals + 1).trim()
  if (list === '') throw new Error('has no list after its =')
  return { patterns, list: parseList(list) }
}

const route = written('PATTERNS=LIST', parseRoute)

/** Names the list of a mapping's entry in the words of a single route. */
const mapping = z
  .record(z.string(), z.union([z.string(), z.array(z.string())]))
  .transform((lists) => Object.entries(lists).map(([patterns, list]) => `${patterns}=${[list].flat().join(',')}`))

/** A list of `PATTERNS=LIST`, or in a file also a mapping of the one to the other; the order counts. */
export const routes = z
  .union([z.array(z.string()), mapping], { error: 'is not a list of PATTERNS=LIST' })
  .pipe(z.array(route))

function parseList(text: string): readonly ProxyEntry[] {
  return asGo(parseProxyList, text)
}

/** Go's own parsers have Go's own words, which begin anew. */
function asGo<T>(parse: (text: string) => T, text: string): T {
  try {
    return parse(text)
  } catch (error) {
    throw new Error(`would be refused by Go: ${(error as Error).message}`, { cause: error })
  }
}
