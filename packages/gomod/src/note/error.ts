/** What can be wrong with a note or with a key. */
export type NoteErrorKind =
  | 'malformed' // not a note: bytes, layout or limits
  | 'malformed-key' // the text of a verifier or signer key does not parse
  | 'unknown-algorithm' // a well-formed key of a kind that this room does not know
  | 'key-hash-mismatch' // a key text whose id does not belong to its name and key
  | 'invalid-name' // a signer's or signature's name that no note can carry
  | 'unverified' // no signature of a known key
  | 'invalid-signature' // a known key's signature does not hold
  | 'ambiguous' // two verifiers of the same name and key hash

/** A note or key was refused; `kind` says why, for code to decide on. */
export class NoteError extends Error {
  override readonly name = 'NoteError'
  readonly kind: NoteErrorKind

  constructor(kind: NoteErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}
