/** What the catalogue says of a cause in a log, about these very modules and URLs. */

import { fill } from '../inspect/catalogue/index.ts'
import type { Root } from '../inspect/log/index.ts'

export interface RootWords {
  readonly title: string
  readonly cause: string
  readonly not?: string
  readonly fix: readonly string[]
  readonly proof: string
}

/**
 * The texts of a root. A log is written by whoever answered the build, and fixes and proofs are pasted into shells: a value that
 * a shell would read as more than one word does not stand in them, its name does.
 */
export function rootWords({ row, values }: Pick<Root, 'row' | 'values'>): RootWords {
  const forShells = Object.fromEntries(Object.entries(values).filter(([, value]) => isOneWord(value)))
  return {
    title: fill(row.title, values),
    cause: fill(row.cause, values),
    ...(row.not === undefined ? {} : { not: fill(row.not, values) }),
    fix: row.fix.map((text) => fill(text, forShells)),
    proof: fill(row.proof, forShells),
  }
}

function isOneWord(value: string): boolean {
  return /^[\w@%+=:,./?][\w@%+=:,./?~-]*$/.test(value)
}
