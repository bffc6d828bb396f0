/** What the terminal shows when a gate has started. */

import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { LoadedConfig } from '../config/index.ts'
import type { OfferedLog } from '../inspect/onboard/offer.ts'
import { pasteLines } from '../report/client-settings.ts'
import { logInWords } from '../report/log-in-words.ts'

/** What the banner needs to know of a running gate. */
export interface RunningGate {
  /** Where clients reach it, base path included. */
  readonly url: string
  readonly facts: { readonly store: string; readonly upstream: string; readonly sumdb: string }
  /** The gate's own checksum database, where it has one. */
  readonly log?: OfferedLog | undefined
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
    ...(gate.log ? logRows(gate.log, options.stream) : []),
  ] as const
  return [
    'modgate is ready',
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
    '',
    ...pasteLines({ url: config.publicUrl ?? gate.url, logKey: gate.log?.key }, config, options.platform).map(
      (line) => `  ${line}`,
    ),
    '',
  ].join('\n')
}

/** What a refusal to sign means stands below it, in the column of the values. */
function logRows(log: OfferedLog, stream: Writable): readonly (readonly [name: string, value: string])[] {
  const [first, ...more] = logInWords(log)
  const loud = (text: string) => (log.closed ? styleText('red', text, { stream }) : text)
  return [['log', loud(first)], ...more.map((line) => ['', line] as const)]
}
