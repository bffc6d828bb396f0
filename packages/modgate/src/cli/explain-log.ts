/** `modgate explain FILE` and `modgate explain -`: what went wrong in a build log */

import { Failure } from '../core/failure.ts'
import type { CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'

/** Prints the known failures of a log, the first cause first. `target` is a path, or `-` for standard input. */
export async function explainLog(_command: CommandLine, _flags: ExplainFlags, target: string): Promise<void> {
  throw new Failure('configuration', { asked: `explain ${target}`, who: 'modgate', why: 'logs are not read yet' })
}
