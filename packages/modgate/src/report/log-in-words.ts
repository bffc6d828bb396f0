/** The gate's own log as the banner and the page say it: its name, how much it has, and, where it refuses to sign, why. */

import { counted } from '../core/counted.ts'
import type { OfferedLog } from '../inspect/onboard/offer.ts'
import { visible } from './findings-paint.ts'

/** One line where all is well; behind a refusal to sign a second one says what that means and what to do. */
export function logInWords({ name, size, closed }: OfferedLog): readonly [string, ...string[]] {
  if (!closed) return [`${name}, ${sizeInWords(size)}`]
  return [
    `${name} REFUSES TO SIGN: ${visible(closed.why)}`,
    `what is recorded is served, nothing new is; next: ${visible(closed.next)}`,
  ]
}

/** `new: no record yet`, `1 record`, `12,345 records`. */
export function sizeInWords(size: number): string {
  if (size === 0) return 'new: no record yet'
  return counted(size, 'record')
}
