/** `modgate explain --mismatch MODULE@VERSION`: which of the hashes is the wrong one */

import { Failure } from '../core/failure.ts'
import type { CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'

/** Prints where the hashes of a module version disagree, and why. */
export async function explainMismatch(
  _command: CommandLine,
  _flags: ExplainFlags,
  targets: readonly string[],
): Promise<void> {
  const asked = `explain --mismatch ${targets.join(' ')}`
  throw new Failure('configuration', { asked, who: 'modgate', why: 'mismatches are not explained yet' })
}
