/** The defaults of upstream and checksum database: what the user's Go would use, but never the gate itself. */

import { parseProxyList, parseSumdb, type ChecksumDatabase, type ProxyEntry } from '@modgate/gomod/goenv'
import { withoutGate } from './gate-itself.ts'
import type { GoSettings } from './go-settings.ts'
import { redact } from './redact.ts'
import type { ListenAddress } from './serve-config.ts'

/** A default that was found, or what to say where there is none. */
export interface GoDefault<T> {
  readonly value?: T
  readonly text: string
  readonly place: string
  readonly warnings: readonly string[]
}

/**
 * The first GOPROXY that leads anywhere but to the gate. A developer's shell often has the gate as its GOPROXY: then what
 * Go would use without it is meant. Without a `value` where Go has none. Throws an Error where Go's value is wrong.
 */
export function upstreamOfGo(go: GoSettings, listen: ListenAddress): GoDefault<readonly ProxyEntry[]> {
  const warnings: string[] = []
  for (const { text, place } of go('GOPROXY')) {
    const { kept, dropped } = withoutGate(parsed(parseProxyList, text, place), listen)
    warnings.push(...dropped.map((entry) => droppedWarning(entry, place)))
    const leadsSomewhere = dropped.length === 0 || kept.some((entry) => entry.kind === 'proxy')
    if (leadsSomewhere) return { value: kept, text: redact(text), place, warnings }
  }
  return { text: '', place: '', warnings }
}

/**
 * The first GOSUMDB of Go that is not the gate's own log (`ownLog`, where it has one), which cannot verify what it is made of; else the
 * database that the go command has built in. Throws an Error where Go's value is wrong.
 */
export function sumdbOfGo(
  go: GoSettings,
  ownLog: string | undefined,
): GoDefault<ChecksumDatabase> & { readonly value: ChecksumDatabase } {
  const all = [...go('GOSUMDB'), { text: 'sum.golang.org', place: 'built in' }].map(({ text, place }) => ({
    ...{ text, place, value: parsed(parseSumdb, text, place) },
  }))
  const at = all.findIndex(({ value }) => value.kind === 'off' || value.name !== ownLog)
  const { text, place, value } = all[at]!
  const dropped = all
    .slice(0, at)
    .map((own) => `${own.place}: ${ownLog} is the log of this gate itself, and ${text} (${place}) is asked instead`)
  const warnings =
    value.kind === 'off'
      ? [`${place} is off: nothing that the gate fetches is verified; --sumdb sum.golang.org changes that`]
      : []
  return { value, text: redact(text), place, warnings: [...dropped, ...warnings] }
}

/** What to say of an entry that was dropped. */
export function droppedWarning(entry: ProxyEntry, place: string): string {
  const shown = entry.kind === 'proxy' ? redact(entry.url) : entry.kind
  return `${place}: ${shown} is this gate itself and was dropped from its upstreams`
}

function parsed<T>(parse: (text: string) => T, text: string, place: string): T {
  try {
    return parse(text)
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`, { cause: error })
  }
}
