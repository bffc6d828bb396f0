/**
 * Signed notes: how a checksum database signs its tree head (x/mod/sumdb/note, C2SP signed-note).
 *
 * A note is text that people can read, a blank line, and one line a signature. The rules are few, so that two programs
 * cannot read one note differently: UTF-8 without control characters, the last blank line divides, every signature
 * of a known key must hold. Verifier and signer are interfaces of two names and one function, so that keys in a
 * hardware module or other signature types of C2SP fit in; the room itself brings Ed25519 and its cosignatures by witnesses.
 */
export { generateCosignatureKey, newCosignatureVerifier, newCosigner } from './cosignature.ts'
export { NoteError, type NoteErrorKind } from './error.ts'
export { formatKeyHash, isValidName, type KeyPair } from './key-text.ts'
export { generateKey, newEd25519VerifierKey, newSigner, newVerifier, type Signer, type Verifier } from './key.ts'
export { type Note, open, sign, type Signature, UnverifiedNoteError } from './note.ts'
