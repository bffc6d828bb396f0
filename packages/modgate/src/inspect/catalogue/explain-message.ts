import type { KnownError } from '../known-error.ts'

/** What a message means, in words about this very module, URL or host. */
export interface ExplainedMessage {
  /** The row of the catalogue, its texts filled in. */
  readonly error: KnownError
  /** What the message named: `module`, `version`, `url`, `host` and so on. */
  readonly values: Readonly<Record<string, string>>
}

/** A longer message is not looked at further than this: the go command writes none. */
const longest = 64 * 1024

/**
 * The best row of a catalogue for one message: the first line and the lines that belong to it, joined by line feeds. Undefined where
 * no row knows it. Of rows with the same precedence the first one wins.
 */
export function explainMessageBy(rows: readonly KnownError[], message: string): ExplainedMessage | undefined {
  const text = message.slice(0, longest)
  let best: { readonly row: KnownError; readonly match: RegExpExecArray } | undefined
  for (const row of rows) {
    if (best !== undefined && precedenceOf(row) <= precedenceOf(best.row)) continue
    if (!literalsOf(row).some((literal) => text.includes(literal))) continue
    const match = row.pattern.exec(text)
    if (match !== null) best = { row, match }
  }
  if (best === undefined) return undefined
  const values = valuesOf(best.match)
  return { error: filled(best.row, values), values }
}

/** Puts values into `{name}` of a text. A value that the message did not have stands as its name in capitals: something to put in. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(placeholder, (_, name: string) => values[name] ?? name.toUpperCase())
}

/** The texts of a row, with values filled in; its pattern and sample stay. */
export function filled(row: KnownError, values: Readonly<Record<string, string>>): KnownError {
  const put = (text: string) => fill(text, values)
  return {
    ...row,
    cause: put(row.cause),
    ...(row.not === undefined ? {} : { not: put(row.not) }),
    fix: row.fix.map(put),
    proof: put(row.proof),
  }
}

/** The texts one of which stands in every message that the row knows. */
export function literalsOf({ literal }: KnownError): readonly string[] {
  return typeof literal === 'string' ? [literal] : literal
}

/** What the named groups of a match hold, without those that took no part in it. */
export function valuesOf({ groups = {} }: RegExpExecArray): Readonly<Record<string, string>> {
  const named = Object.entries(groups as Readonly<Record<string, string | undefined>>)
  return Object.fromEntries(named.filter((entry): entry is [string, string] => entry[1] !== undefined))
}

const placeholder = /\{([a-z]+)\}/g

function precedenceOf({ precedence = 0 }: KnownError): number {
  return precedence
}
