/** One failure of the go command that people meet: how to know it, why it comes, what to do. The catalogue has a row for each. */

import type { FindingId } from './finding.ts'

export interface KnownError {
  /** MG1001 and up; its anchor in docs/guide/errors.md is the id in small letters. */
  readonly id: FindingId
  /** As somebody would call it: `404 from a module proxy`. */
  readonly title: string
  /**
   * A text that stands in every line that `pattern` matches, ASCII, as long and as rare as can be: a log of a gigabyte is searched
   * for these before any pattern is tried.
   */
  readonly literal: string | readonly string[]
  /**
   * Over the message: its first line, and the indented or blank-separated lines that belong to it, joined by newlines and without
   * timestamps, colours or the prefixes of a CI system. Linear in its input. Named groups become the values of the texts below.
   */
  readonly pattern: RegExp
  /** Of several that match one message the highest wins; absent is 0. */
  readonly precedence?: number
  /** Why it happens. `{module}`, `{url}` and the like are replaced by the groups of the pattern. */
  readonly cause: string
  /** The popular explanation that is false, and why. */
  readonly not?: string
  /** What to do, in the order to try it. */
  readonly fix: readonly string[]
  /** The command that proves the cause, or that the fix worked. */
  readonly proof: string
  /** Which go commands print it: `1.13 and newer`. */
  readonly versions: string
  /** A real one, to the letter, from a go command that ran into it. */
  readonly sample: string
  /** Whether what is behind it is one setting or server (`root`), or usually comes from another failure (`consequence`). */
  readonly rank?: 'root' | 'consequence'
}
