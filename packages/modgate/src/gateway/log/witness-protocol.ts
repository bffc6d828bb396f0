/**
 * What a log and a witness say to each other (C2SP tlog-witness), as texts. Nothing of an answer is believed but a cosignature that holds
 * over the very checkpoint that was sent; a size is only where to begin the next proof.
 */

import { NoteError, open, type Signature, type Verifier } from '@modgate/gomod/note'
import { formatHash, parseCount, parseHash, type Proof, type Tree } from '@modgate/gomod/tlog'
import type { WitnessAnswer } from '../../source/witness-remote.ts'

export interface AddCheckpoint {
  /** Records that the witness has cosigned before. */
  readonly old: number
  /** That the checkpoint's tree begins with these; empty where there are none. */
  readonly proof: Proof
  /** The signed checkpoint. */
  readonly checkpoint: string
}

/** What a witness said, or that it made no sense. */
export type Verdict =
  | { readonly kind: 'cosigned'; readonly signature: Signature }
  /** It has cosigned another size than was said. */
  | { readonly kind: 'size'; readonly size: number }
  /** It says that what it has cosigned is no beginning of this tree. */
  | { readonly kind: 'forked'; readonly why: string }
  /** It does not want this log, or this request. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
  /** 200 without a cosignature that holds. */
  | { readonly kind: 'invalid'; readonly why: string }

export function formatAddCheckpoint({ old, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${old}\n`, ...proof.map((hash) => `${formatHash(hash)}\n`), '\n', checkpoint].join('')
}

export function readVerdict(answer: WitnessAnswer, checkpoint: string, verifier: Verifier): Verdict {
  const { status, type, text } = answer
  const why = `answered ${status}`
  if (status === 200) return cosignature(text, checkpoint, verifier)
  if (status === 409 && type === 'text/x.tlog.size') {
    const size = text.endsWith('\n') ? parseCount(text.slice(0, -1)) : undefined
    return size === undefined ? { kind: 'invalid', why: `${why} without a size` } : { kind: 'size', size }
  }
  if (status === 422) return { kind: 'forked', why: `${why}: it takes the proof for none` }
  return { kind: status >= 400 && status < 500 ? 'refused' : 'failed', why }
}

/** Its lines are read as those of the checkpoint; lines by other keys mean nothing. */
function cosignature(lines: string, checkpoint: string, verifier: Verifier): Verdict {
  try {
    const [signature] = open(textOf(checkpoint) + '\n' + lines, [verifier]).signatures
    return { kind: 'cosigned', signature: signature! }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    return {
      kind: 'invalid',
      why: `answered 200 without a cosignature of ${verifier.name} that holds: ${error.message}`,
    }
  }
}

/** What of a signed checkpoint is signed: three lines, since this log writes no extensions. */
export function textOf(checkpoint: string): string {
  return checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1)
}

/** The tree that a checkpoint's text says. Throws where it is none. */
export function treeOf(text: string): Tree {
  const [, size = '', root = ''] = text.split('\n')
  const count = parseCount(size)
  if (count === undefined) throw new TypeError('not the text of a checkpoint')
  return { size: count, hash: parseHash(root) }
}
