import { createPrivateKey, createPublicKey, hash, randomBytes, sign, verify } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { NoteError } from './error.ts'

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

/** Both texts of one key; `signer` is secret. */
export interface KeyPair {
  readonly signer: string
  readonly verifier: string
}

const ed25519 = 1
const keySize = 32

// DER headers in front of a bare Ed25519 key (RFC 8410): the runtime imports keys only inside their envelope.
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex')

/** What Go's unicode.IsSpace calls a space (it differs from \s in U+0085 and U+FEFF), and the plus sign. */
const unfitForName = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/

/** Says whether a key may have this name: not empty, well-formed, no Unicode space, no plus (C2SP signed-note). */
export function isValidName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !unfitForName.test(name)
}

/** Reads a verifier key, `name+hash+base64` (C2SP signed-note). Throws a `NoteError` for anything else. */
export function newVerifier(verifierKey: string): Verifier {
  const { name, keyHash, encoded } = parseKey(verifierKey)
  if (keyHashOf(name, encoded) !== keyHash) throw hashMismatch(name)
  const key = createPublicKey({
    key: Buffer.concat([spkiHeader, ed25519Key(encoded)]),
    format: 'der',
    type: 'spki',
  })
  return { name, keyHash, verify: (message, signature) => verify(null, message, key, signature) }
}

/** Reads a signer key, `PRIVATE+KEY+name+hash+base64`. Throws a `NoteError` that never repeats the key. */
export function newSigner(signerKey: string): Signer {
  const prefix = 'PRIVATE+KEY+'
  if (!signerKey.startsWith(prefix)) throw malformedKey()
  const { name, keyHash, encoded } = parseKey(signerKey.slice(prefix.length))
  const key = privateKey(ed25519Key(encoded))
  if (keyHashOf(name, withAlgorithm(publicBytes(key))) !== keyHash) throw hashMismatch(name)
  return { name, keyHash, sign: (message) => sign(null, message, key) }
}

/**
 * Makes a new Ed25519 key for `name`. `seed` (32 bytes) makes the same key each time, for tests and for keys that are
 * derived; without it the key is random. Throws a `NoteError` for a name or seed that cannot be.
 */
export function generateKey(name: string, seed: Uint8Array = randomBytes(keySize)): KeyPair {
  if (seed.length !== keySize) throw malformedKey()
  const verifier = newEd25519VerifierKey(name, publicBytes(privateKey(seed)))
  const id = verifier.slice(name.length + 1, name.length + 9)
  return { signer: `PRIVATE+KEY+${name}+${id}+${encodeBase64(withAlgorithm(seed))}`, verifier }
}

/** Returns the verifier key text of a bare Ed25519 public key. Throws a `NoteError` for a bad name or size. */
export function newEd25519VerifierKey(name: string, publicKey: Uint8Array): string {
  if (!isValidName(name)) throw new NoteError('invalid-name', `invalid key name ${JSON.stringify(name)}`)
  if (publicKey.length !== keySize) throw malformedKey()
  const encoded = withAlgorithm(publicKey)
  return `${name}+${formatKeyHash(keyHashOf(name, encoded))}+${encodeBase64(encoded)}`
}

/** Returns a key hash as it stands in key texts: eight hexadecimal digits. */
export function formatKeyHash(keyHash: number): string {
  return keyHash.toString(16).padStart(8, '0')
}

interface ParsedKey {
  readonly name: string
  readonly keyHash: number
  /** Algorithm byte, then the key. */
  readonly encoded: Uint8Array
}

function parseKey(text: string): ParsedKey {
  const nameEnd = text.indexOf('+')
  const hashEnd = text.indexOf('+', nameEnd + 1)
  if (nameEnd < 0 || hashEnd < 0) throw malformedKey()
  const name = text.slice(0, nameEnd)
  const digits = text.slice(nameEnd + 1, hashEnd)
  const encoded = decodeBase64(text.slice(hashEnd + 1))
  if (!isValidName(name) || !/^[0-9a-fA-F]{8}$/.test(digits)) throw malformedKey()
  if (encoded === undefined || encoded.length === 0) throw malformedKey()
  return { name, keyHash: Number.parseInt(digits, 16), encoded }
}

function ed25519Key(encoded: Uint8Array): Uint8Array {
  if (encoded[0] !== ed25519) throw new NoteError('unknown-algorithm', 'unknown key algorithm')
  if (encoded.length !== 1 + keySize) throw malformedKey()
  return encoded.subarray(1)
}

function privateKey(seed: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([pkcs8Header, seed]), format: 'der', type: 'pkcs8' })
}

function publicBytes(key: ReturnType<typeof createPrivateKey>): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiHeader.length)
}

function withAlgorithm(key: Uint8Array): Uint8Array {
  return Uint8Array.of(ed25519, ...key)
}

function keyHashOf(name: string, encoded: Uint8Array): number {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), encoded]), 'buffer').readUInt32BE(0)
}

function malformedKey(): NoteError {
  return new NoteError('malformed-key', 'malformed key')
}

function hashMismatch(name: string): NoteError {
  return new NoteError('key-hash-mismatch', `key of ${name}: its id does not belong to its name and key`)
}
