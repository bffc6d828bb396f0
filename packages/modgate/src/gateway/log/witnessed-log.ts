/**
 * A log whose heads are cosigned: witnesses are told after each append, and what they have signed stands below the checkpoint. Go's own
 * head has none of it, since what they sign begins with the log's name (docs/decisions/0018-cosignatures-under-the-checkpoint.md).
 */

import type { Cosignatures } from './cosignatures.ts'
import type { CoveringLog } from './covering-log.ts'
import { textOf } from './witness-protocol.ts'
import type { Witness } from './witness.ts'

/** Begins at once, with a head that was signed before the start. Closing it ends the questions that are under way. */
export function witnessedLog(log: CoveringLog, witnesses: readonly Witness[], kept: Cosignatures): CoveringLog {
  const nudge = () => {
    for (const each of witnesses) each.nudge()
  }

  /** A line for each witness that has cosigned exactly this head. */
  async function cosigned(checkpoint: string): Promise<string> {
    const text = textOf(checkpoint)
    const last = await kept.last(...witnesses.map(({ verifier }) => verifier))
    const lines = last.map((each) => (each?.text === text ? `— ${each.signature.name} ${each.signature.base64}\n` : ''))
    return checkpoint + lines.join('')
  }

  nudge()
  return {
    ...log,
    async append(module, text) {
      const record = await log.append(module, text)
      nudge()
      return record
    },
    async checkpoint() {
      const checkpoint = await log.checkpoint()
      // The log's own signature is as good as it was where the others cannot be read.
      return cosigned(Buffer.from(checkpoint).toString()).then(
        (text) => Buffer.from(text),
        () => checkpoint,
      )
    },
    async close() {
      await Promise.all(witnesses.map((each) => each.close()))
      await log.close()
    },
  }
}
