/** Which row of the catalogue knows a message, and what it says of it. */

import type { KnownError } from '../known-error.ts'

export interface KnownFailure {
  readonly row: KnownError
  /** The groups of the pattern that took part. */
  readonly values: Readonly<Record<string, string>>
}

/** The row of the highest precedence that matches; of equals the first one. */
export function knownFailure(message: string, rows: readonly KnownError[]): KnownFailure | undefined {
  let best: KnownFailure | undefined
  for (const row of rows) {
    if (best && (row.precedence ?? 0) <= (best.row.precedence ?? 0)) continue
    const found = row.pattern.exec(message)
    if (found) best = { row, values: valuesOf(found) }
  }
  return best
}

const longestValue = 500

/** What the named groups hold, without those that took no part, and cut: a log is no friend. */
function valuesOf({ groups = {} }: RegExpExecArray): Readonly<Record<string, string>> {
  const named = Object.entries(groups as Readonly<Record<string, string | undefined>>)
  return Object.fromEntries(
    named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value.slice(0, longestValue)]])),
  )
}

/** Groups that say why something failed; the others name what was asked for. */
const decisive: ReadonlySet<string> = new Set([
  ...['host', 'address', 'resolver', 'status', 'database', 'login', 'target'],
  ...['variable', 'value', 'entry', 'flag', 'mode', 'usage', 'character', 'limit'],
  ...['vcs', 'program', 'platform', 'toolchain', 'running'],
])

/** What two failures of a row share when they have one cause, with the host of a URL for the URL. */
export function decidingValues({ values }: KnownFailure): Readonly<Record<string, string>> {
  const host = Object.values(values)
    .map(hostOf)
    .find((name) => name !== undefined)
  const deciding = Object.entries(values).filter(([name]) => decisive.has(name))
  return { ...(host === undefined ? {} : { host }), ...Object.fromEntries(deciding) }
}

function hostOf(value: string): string | undefined {
  return /^https?:\/\/(?:[^/@\s]*@)?([^/\s:"]+(?::\d{1,5})?)/.exec(value)?.[1]
}

/** The module version, module or package that a failure is about; undefined where it names none. */
export function moduleOf(message: string, values: KnownFailure['values']): string | undefined {
  const { module, version } = values
  if (module !== undefined) return version === undefined || module.includes('@') ? module : `${module}@${version}`
  const named = /(?:^|[\s"(])((?:[\w~-]+\.)[\w.~/-]*[\w~])@(v\d[\w.+-]*|[\w.-]+)(?=[:\s"]|$)/.exec(
    message.slice(0, 2000),
  )
  return named ? `${named[1]}@${named[2]}` : values['package']
}
