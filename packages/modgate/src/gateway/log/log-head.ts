/** The head of the log: what is signed, in both faces, and where the records of its last append are staged. */

import { NoteError, open, sign, type Signer, type Verifier } from '@modgate/gomod/note'
import { formatHash, formatTree, parseHash, type Tree } from '@modgate/gomod/tlog'
import * as z from 'zod'

export interface LogHead {
  readonly tree: Tree
  /** The signed tree head in Go's format. */
  readonly note: string
  /** The signed checkpoint with the log's own origin line (C2SP tlog-checkpoint). */
  readonly checkpoint: string
  /** Milliseconds since the epoch. */
  readonly signedAt: number
  /** The id of the bundle that made it. */
  readonly bundle: string
  /** The name to which the log has moved: nothing is signed on top of this head any more. */
  readonly moved?: string | undefined
}

/** Signs a tree in both faces: one tree, one key, two texts that cannot be taken for each other. */
export function signedHead(tree: Tree, signer: Signer, made: Pick<LogHead, 'signedAt' | 'bundle'>): LogHead {
  const face = (text: string) => Buffer.from(sign({ text }, signer)).toString()
  return { tree, note: face(formatTree(tree)), checkpoint: face(checkpointText(signer.name, tree)), ...made }
}

const checkpointText = (origin: string, { size, hash }: Tree) => `${origin}\n${size}\n${formatHash(hash)}\n`

/** Whether both faces are of the head's tree and signed with this key. */
export function isSignedHead({ tree, note, checkpoint }: LogHead, verifier: Verifier): boolean {
  const says = (face: string, text: string) => open(face, [verifier]).text === text
  try {
    return says(note, formatTree(tree)) && says(checkpoint, checkpointText(verifier.name, tree))
  } catch (error) {
    if (error instanceof NoteError) return false
    throw error
  }
}

const headForm = z.object({
  size: z.int().nonnegative(),
  root: z.string(),
  note: z.string(),
  checkpoint: z.string(),
  signedAt: z.number(),
  bundle: z.string(),
  moved: z.string().optional(),
})

export function formatHead({ tree, note, checkpoint, signedAt, bundle, moved }: LogHead): Uint8Array {
  const form = { size: tree.size, root: formatHash(tree.hash), note, checkpoint, signedAt, bundle, moved }
  return Buffer.from(`${JSON.stringify(form, undefined, 1)}\n`)
}

/** Throws where the bytes are no head. */
export function parseHead(bytes: Uint8Array): LogHead {
  const { size, root, ...rest } = headForm.parse(JSON.parse(Buffer.from(bytes).toString()))
  return { tree: { size, hash: parseHash(root) }, ...rest }
}
