/** What a log is searched for: the texts of the catalogue, what looks like a failure, and what says something about verification. */

import type { KnownError } from '../known-error.ts'

/**
 * What a literal stands for: a row of the catalogue, by its place, or a kind of lines. What `event` lines say stands in them from the
 * literal on; they are most of what a go command prints.
 */
export type Meaning = number | 'failure' | 'fact' | 'event'

export interface SearchPlan {
  readonly literals: readonly string[]
  /** By the number of the literal. */
  readonly meanings: readonly Meaning[]
}

/** Lines of failures that no row knows; each is looked at closely afterwards. */
const failures = [
  'go: ',
  'rror:',
  'ERROR',
  'fatal: ',
  'panic: ',
  'exit status ',
  'exit code ',
  '.go:',
  '*** ',
  'SECURITY ERROR',
  '"Error": "',
  '"Err": "',
]

/** Downloads, and requests of `-x`. */
const events = ['go: downloading ', '# get ']

/** Settings that bear on verification. */
const facts = ['GOSUMDB', 'GONOSUM', 'GOPRIVATE', 'GOFLAGS', 'GOINSECURE', 'GOPROXY']

export function searchPlan(rows: readonly KnownError[]): SearchPlan {
  const pairs: (readonly [string, Meaning])[] = [
    ...rows.flatMap(({ literal }, row) =>
      [literal]
        .flat()
        .flatMap(asWritten)
        .map((text) => [text, row] as const),
    ),
    ...failures.map((text) => [text, 'failure'] as const),
    ...events.map((text) => [text, 'event'] as const),
    ...facts.map((text) => [text, 'fact'] as const),
  ]
  return { literals: pairs.map(([text]) => text), meanings: pairs.map(([, meaning]) => meaning) }
}

/** As it stands in plain output and in JSON, where Go escapes what is special in HTML too. */
function asWritten(literal: string): readonly string[] {
  const json = JSON.stringify(literal).slice(1, -1)
  const html = json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
  return [...new Set([literal, json, html])]
}
