/** What the terminal shows when a gate has started. */

import type { ChecksumDatabase } from '@modgate/gomod/goenv'
import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { LoadedConfig, ServeConfig } from '../config/index.ts'

/** What the banner needs to know of a running gate. */
export interface RunningGate {
  /** Where clients reach it, base path included. */
  readonly url: string
  readonly facts: { readonly store: string; readonly upstream: string; readonly sumdb: string }
}

export interface BannerOptions {
  readonly stream: Writable
  readonly platform: NodeJS.Platform
}

/** Where it listens, where it stores, who is upstream, and the lines to paste into a shell. */
export function banner(gate: RunningGate, loaded: LoadedConfig, options: BannerOptions): string {
  const { config, origins } = loaded
  const dim = (text: string) => styleText('dim', text, { stream: options.stream })
  const from = ({ kind, place }: { kind: string; place: string }) => (kind === 'default' ? '' : ` ${dim(`(${place})`)}`)
  const rows = [
    ['listens', `${styleText('bold', gate.url, { stream: options.stream })}${from(origins.listen)}`],
    ['stores', `${gate.facts.store}${from(origins.data)}`],
    ['upstream', `${config.offline ? 'none: offline' : gate.facts.upstream}${from(origins.upstream)}`],
    ['database', `${gate.facts.sumdb}${from(origins.sumdb)}`],
    ['private', `${config.privatePatterns || 'none'}${from(origins.private)}`],
  ] as const
  return [
    'modgate is ready',
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
    '',
    ...pasteLines(gate.url, config, options.platform).map((line) => `  ${line}`),
    '',
  ].join('\n')
}

/**
 * The lines that point a go command at the gate. GOSUMDB only where it is not Go's own default; modules without a public record
 * are taken out of the client's check, since no public database has them.
 */
export function pasteLines(url: string, config: ServeConfig, platform: NodeJS.Platform): readonly string[] {
  const set = (name: string, value: string) =>
    platform === 'win32' ? `$env:${name} = '${value}'` : `export ${name}=${shellWord(value)}`
  const lines = [set('GOPROXY', url)]
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

function shellWord(value: string): string {
  return /^[A-Za-z0-9_./:,@%+=-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}
