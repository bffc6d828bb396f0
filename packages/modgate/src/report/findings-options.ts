/** What a report of findings has to know beside them. */

import type { FindingId } from '../inspect/finding.ts'
import type { Paint } from './findings-paint.ts'

/** What was looked for: a check, whether it found something or not. */
export interface FindingsRule {
  readonly id: FindingId
  /** What holds where all is well. */
  readonly claim: string
  readonly explanation: string
}

export interface FindingsOptions {
  /** The command that found it, for headings and reports: `modgate doctor`. */
  readonly command: string
  /** Of modgate. */
  readonly version: string
  /** All that was looked for; findings whose rule is not among them are described by their own title. */
  readonly rules?: readonly FindingsRule[]
  /** The directory that files are named relative to, absolute; code hosts take no other names. */
  readonly root?: string
  /** Values that are secret here, beside all that looks like one. */
  readonly secrets?: readonly string[]
  /** Colours, for `text`; none by default. */
  readonly paint?: Paint
  /** More keys at the top of `json`. */
  readonly more?: Readonly<Record<string, unknown>>
}
