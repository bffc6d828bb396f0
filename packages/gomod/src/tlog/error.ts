/** What can be wrong with a log, or with what was asked of it. */
export type TlogErrorKind =
  | 'malformed' // a text or path that is not in the format
  | 'out-of-range' // coordinates outside the tree or outside what can be counted
  | 'invalid-proof' // a proof that does not lead to the given root
  | 'inconsistent' // hashes or tiles that do not support the tree head

/** A log's data was refused; `kind` says why, for code to decide on. */
export class TlogError extends Error {
  override readonly name = 'TlogError'
  readonly kind: TlogErrorKind

  constructor(kind: TlogErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}
