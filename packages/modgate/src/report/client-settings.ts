/** The settings that point a go command at a gate, as values and as lines to paste. */

import type { ChecksumDatabase } from '@modgate/gomod/goenv'
import type { ServeConfig } from '../config/index.ts'
import { variableLines, type Variables } from './variable-lines.ts'

/** How a client reaches a gate, and what it is to believe. */
export interface ClientTarget {
  readonly url: string
  /** The verifier line of the gate's own checksum database, where it has one. */
  readonly logKey?: string | undefined
}

/** What a client of a gate without a log has to know beside its URL. */
export interface WithoutLog {
  /** GOSUMDB; absent where Go's default will do. */
  readonly sumdb?: string | undefined
  /** Patterns of modules of which no database has a record; empty for none. */
  readonly exempt: string
}

/** Of a gate with these settings. */
export function withoutLog({
  sumdb,
  privatePatterns,
  noVerify,
}: Pick<ServeConfig, 'sumdb' | 'privatePatterns' | 'noVerify'>): WithoutLog {
  const exempt = [privatePatterns, noVerify].filter((patterns) => patterns !== '').join(',')
  return { sumdb: clientSumdb(sumdb), exempt }
}

/**
 * The variables of a client. With a log of the gate's own two are all there is. Else GOSUMDB only where it is not Go's own default;
 * modules without a public record are taken out of the client's check, since no public database has them.
 */
export function clientVariables({ url, logKey }: ClientTarget, { sumdb, exempt }: WithoutLog): Variables {
  if (logKey !== undefined) return { GOPROXY: url, GOSUMDB: logKey }
  return {
    GOPROXY: url,
    ...(sumdb !== undefined && { GOSUMDB: sumdb }),
    ...(exempt !== '' && { GONOSUMDB: exempt, GONOPROXY: 'none' }),
  }
}

/** They as lines for the platform's shell, and what is to be known of them as a comment. */
export function pasteLines(target: ClientTarget, config: ServeConfig, platform: NodeJS.Platform): readonly string[] {
  const variables = clientVariables(target, withoutLog(config))
  const lines = variableLines(variables, platform === 'win32' ? 'powershell' : 'shell')
  if (target.logKey !== undefined) {
    return [...lines, '# GOPRIVATE, GONOPROXY and GONOSUMDB stay empty: nothing is exempt']
  }
  if (variables['GONOPROXY'] === undefined) return lines
  return [...lines, '# GONOPROXY=none, since a GOPRIVATE of yours would send go past the gate']
}

/** The client's GOSUMDB; undefined where its default will do. The gate passes the database on, so no URL is needed. */
function clientSumdb(sumdb: ChecksumDatabase): string | undefined {
  if (sumdb.kind === 'off') return 'off'
  return sumdb.name === 'sum.golang.org' ? undefined : sumdb.key
}
