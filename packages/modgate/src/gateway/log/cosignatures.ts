/**
 * The newest cosignature of each witness, kept over restarts and shared by all gates of a store. What is read is verified before it is
 * used; what does not hold counts as lost, since a witness gives it again.
 */

import { formatKeyHash, NoteError, open, type Signature, type Verifier } from '@modgate/gomod/note'
import * as z from 'zod'
import type { Checkpoints } from '../../core/ports.ts'
import { treeOf } from './witness-protocol.ts'

export interface Cosigned {
  /** The text of the checkpoint: origin, size, root. */
  readonly text: string
  readonly signature: Signature
}

export interface Cosignatures {
  /** The newest one of each of these witnesses: one read. */
  last(...witnesses: readonly Verifier[]): Promise<readonly (Cosigned | undefined)[]>
  /** Keeps one that was verified, unless a newer one is there: another gate may have been faster. */
  keep(witness: Verifier, cosigned: Cosigned): Promise<void>
}

const line = z.object({ text: z.string(), base64: z.string() })
const form = z.record(z.string(), line)
type Line = z.infer<typeof line>
type Form = z.infer<typeof form>

/** `name` is that of the file. */
export function cosignatures(checkpoints: Checkpoints, name: string): Cosignatures {
  /** What was verified once is not verified with every checkpoint that is asked for. */
  const proved = new Map<string, Cosigned>()

  function cosignedBy(witness: Verifier, kept: Form): Cosigned | undefined {
    const line = kept[keyOf(witness)]
    if (!line) return undefined
    const known = proved.get(keyOf(witness))
    if (known?.text === line.text && known.signature.base64 === line.base64) return known
    const found = verified(witness, line)
    if (found) proved.set(keyOf(witness), found)
    return found
  }

  async function read(): Promise<{ readonly bytes: Uint8Array | undefined; readonly kept: Form }> {
    const bytes = (await checkpoints.read(name))?.bytes
    return { bytes, kept: bytes ? parsed(bytes) : {} }
  }

  return {
    async last(...witnesses) {
      const { kept } = await read()
      return witnesses.map((each) => cosignedBy(each, kept))
    },
    async keep(witness, cosigned) {
      for (;;) {
        const { bytes, kept } = await read()
        const before = cosignedBy(witness, kept)
        if (before && treeOf(before.text).size > treeOf(cosigned.text).size) return
        const next = { ...kept, [keyOf(witness)]: { text: cosigned.text, base64: cosigned.signature.base64 } }
        if (await checkpoints.replace(name, bytes, Buffer.from(`${JSON.stringify(next, undefined, 1)}\n`))) return
      }
    },
  }
}

function parsed(bytes: Uint8Array): Form {
  try {
    return form.parse(JSON.parse(Buffer.from(bytes).toString()))
  } catch {
    return {}
  }
}

function verified(witness: Verifier, { text, base64 }: Line): Cosigned | undefined {
  try {
    const { signatures } = open(`${text}\n— ${witness.name} ${base64}\n`, [witness])
    return { text, signature: signatures[0]! }
  } catch (error) {
    if (error instanceof NoteError) return undefined
    throw error
  }
}

const keyOf = ({ name, keyHash }: Verifier) => `${name}+${formatKeyHash(keyHash)}`
