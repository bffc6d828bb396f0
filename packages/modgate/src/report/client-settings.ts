/** The settings that point a go command at a gate, as lines to paste. */

import type { ChecksumDatabase } from '@modgate/gomod/goenv'
import type { ServeConfig } from '../config/index.ts'
import { variableLines } from './variable-lines.ts'

/** How a client reaches a gate, and what it is to believe. */
export interface ClientTarget {
  readonly url: string
  /** The verifier line of the gate's own checksum database, where it has one. */
  readonly logKey?: string | undefined
}

/**
 * The lines that point a go command at the gate. With a log of its own two are all there is. Else GOSUMDB only where it is not Go's own
 * default; modules without a public record are taken out of the client's check, since no public database has them.
 */
export function pasteLines(
  { url, logKey }: ClientTarget,
  config: ServeConfig,
  platform: NodeJS.Platform,
): readonly string[] {
  const set = (name: string, value: string) =>
    variableLines({ [name]: value }, platform === 'win32' ? 'powershell' : 'shell').join('\n')
  const proxy = set('GOPROXY', url)
  if (logKey !== undefined) {
    return [proxy, set('GOSUMDB', logKey), '# GOPRIVATE, GONOPROXY and GONOSUMDB stay empty: nothing is exempt']
  }
  const lines = [proxy]
  const sumdb = clientSumdb(config.sumdb)
  if (sumdb !== undefined) lines.push(set('GOSUMDB', sumdb))
  const unrecorded = [config.privatePatterns, config.noVerify].filter((patterns) => patterns !== '').join(',')
  if (unrecorded !== '') {
    lines.push(set('GONOSUMDB', unrecorded), set('GONOPROXY', 'none'))
    lines.push('# GONOPROXY=none, since a GOPRIVATE of yours would send go past the gate')
  }
  return lines
}

/** The client's GOSUMDB; undefined where its default will do. The gate passes the database on, so no URL is needed. */
function clientSumdb(sumdb: ChecksumDatabase): string | undefined {
  if (sumdb.kind === 'off') return 'off'
  return sumdb.name === 'sum.golang.org' ? undefined : sumdb.key
}
