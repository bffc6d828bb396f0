import { NoteError } from '../note/index.ts'
import { TlogError } from '../tlog/index.ts'

/** What can go wrong with a checksum database. */
export type SumdbErrorKind =
  | 'not-found' // the database says that it has no such record or tile
  | 'malformed' // an answer or a pinned head that is not in the format
  | 'unverified' // a tree head without a valid signature of the database's key
  | 'inconsistent' // a record or a tile that the signed head does not cover
  | 'fork' // two signed heads that cannot belong to one log
  | 'missing-line' // an authentic record that does not speak of the module version asked for
  | 'conflict' // the pinned head could not be replaced, others kept replacing it

/** An answer of a checksum database was refused; `kind` says why, for code to decide on. */
export class SumdbError extends Error {
  override readonly name = 'SumdbError'
  readonly kind: SumdbErrorKind

  constructor(kind: SumdbErrorKind, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** What convicts a database, to be kept and published: both signed heads, and the proof that they disagree. */
export interface ForkEvidence {
  readonly older: string
  readonly newer: string
  /** Base64 hashes: the newer tree's root at the older size, then the proof that it belongs to the newer tree. */
  readonly proof: readonly string[]
}

/** Two heads with valid signatures contradict each other: the database, or whoever has its key, misbehaves. */
export class ForkError extends SumdbError {
  readonly evidence: ForkEvidence

  constructor(evidence: ForkEvidence) {
    super('fork', describeFork(evidence))
    this.evidence = evidence
  }
}

/** Turns the errors of the rooms below into a `SumdbError`; any other error stays as it is. */
export function asSumdbError(error: unknown, what: string): unknown {
  if (error instanceof NoteError) {
    const kind = error.kind === 'malformed' ? 'malformed' : 'unverified'
    return new SumdbError(kind, `${what}: ${error.message}`, { cause: error })
  }
  if (error instanceof TlogError) {
    const kind = error.kind === 'malformed' ? 'malformed' : 'inconsistent'
    return new SumdbError(kind, `${what}: ${error.message}`, { cause: error })
  }
  return error
}

function describeFork({ older, newer, proof }: ForkEvidence): string {
  const block = (title: string, text: string): string => `${title}:\n${text.trimEnd().replace(/^/gm, '\t')}\n`
  return [
    'SECURITY ERROR: checksum database misbehavior detected: it signed two trees that contradict each other\n',
    block('old database', older),
    block('new database', newer),
    block('proof of misbehavior', proof.join('\n')),
  ].join('\n')
}
