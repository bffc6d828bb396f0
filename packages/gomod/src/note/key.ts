import { randomBytes, sign, verify } from 'node:crypto'
import {
  formatKeyPair,
  formatVerifierKey,
  type KeyPair,
  keySize,
  keyTypes,
  parseSignerKey,
  parseVerifierKey,
} from './key-text.ts'

/** Checks signatures of one key. Implementations may be anything that has a name and a 32-bit key hash. */
export interface Verifier {
  readonly name: string
  /** The key id: an unsigned 32-bit number. */
  readonly keyHash: number
  /** Says whether `signature` (without the key id) is this key's signature of `message`. Never throws. */
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

/** Makes signatures with one key. */
export interface Signer {
  readonly name: string
  readonly keyHash: number
  /** Returns the signature of `message`, without the key id. */
  sign(message: Uint8Array): Uint8Array
}

/** Reads a verifier key, `name+hash+base64` (C2SP signed-note). Throws a `NoteError` for anything else. */
export function newVerifier(verifierKey: string): Verifier {
  const { name, keyHash, key } = parseVerifierKey(verifierKey, keyTypes.note)
  return { name, keyHash, verify: (message, signature) => verify(null, message, key, signature) }
}

/** Reads a signer key, `PRIVATE+KEY+name+hash+base64`. Throws a `NoteError` that never repeats the key. */
export function newSigner(signerKey: string): Signer {
  const { name, keyHash, key } = parseSignerKey(signerKey, keyTypes.note)
  return { name, keyHash, sign: (message) => sign(null, message, key) }
}

/**
 * Makes a new Ed25519 key for `name`. `seed` (32 bytes) makes the same key each time, for tests and for keys that are
 * derived; without it the key is random. Throws a `NoteError` for a name or seed that cannot be.
 */
export function generateKey(name: string, seed: Uint8Array = randomBytes(keySize)): KeyPair {
  return formatKeyPair(name, seed, keyTypes.note)
}

/** Returns the verifier key text of a bare Ed25519 public key. Throws a `NoteError` for a bad name or size. */
export function newEd25519VerifierKey(name: string, publicKey: Uint8Array): string {
  return formatVerifierKey(name, publicKey, keyTypes.note)
}
