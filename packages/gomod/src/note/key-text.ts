import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { NoteError } from './error.ts'

/** What a key signs, by the byte in front of it; both kinds are Ed25519 keys (C2SP signed-note, tlog-cosignature). */
export const keyTypes = { note: 0x01, cosignature: 0x04 } as const

export type KeyType = (typeof keyTypes)[keyof typeof keyTypes]

/** Both texts of one key; `signer` is secret. */
export interface KeyPair {
  readonly signer: string
  readonly verifier: string
}

/** A key out of its text. */
export interface NamedKey {
  readonly name: string
  readonly keyHash: number
  readonly key: KeyObject
}

export const keySize = 32
const signerPrefix = 'PRIVATE+KEY+'

// DER headers in front of a bare Ed25519 key (RFC 8410): the runtime imports keys only inside their envelope.
const pkcs8Header = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHeader = Buffer.from('302a300506032b6570032100', 'hex')

/** What Go's unicode.IsSpace calls a space (it differs from \s in U+0085 and U+FEFF), and the plus sign. */
const unfitForName = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/

/** Says whether a key may have this name: not empty, well-formed, no Unicode space, no plus (C2SP signed-note). */
export function isValidName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !unfitForName.test(name)
}

/** Returns a key hash as it stands in key texts: eight hexadecimal digits. */
export function formatKeyHash(keyHash: number): string {
  return keyHash.toString(16).padStart(8, '0')
}

/** Reads a verifier key of one type, `name+hash+base64`. Throws a `NoteError` for anything else. */
export function parseVerifierKey(text: string, type: KeyType): NamedKey {
  const { name, keyHash, encoded } = parseKey(text)
  if (keyHashOf(name, encoded) !== keyHash) throw hashMismatch(name)
  const der = Buffer.concat([spkiHeader, bareKey(encoded, type)])
  return { name, keyHash, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** Reads a signer key of one type, `PRIVATE+KEY+name+hash+base64`. Throws a `NoteError` that never repeats the key. */
export function parseSignerKey(text: string, type: KeyType): NamedKey {
  if (!text.startsWith(signerPrefix)) throw malformedKey()
  const { name, keyHash, encoded } = parseKey(text.slice(signerPrefix.length))
  const key = privateKey(bareKey(encoded, type))
  if (keyHashOf(name, withType(publicBytes(key), type)) !== keyHash) throw hashMismatch(name)
  return { name, keyHash, key }
}

/** Makes both texts of the key that a seed stands for. Throws a `NoteError` for a name or seed that cannot be. */
export function formatKeyPair(name: string, seed: Uint8Array, type: KeyType): KeyPair {
  if (seed.length !== keySize) throw malformedKey()
  const verifier = formatVerifierKey(name, publicBytes(privateKey(seed)), type)
  const id = verifier.slice(name.length + 1, name.length + 9)
  return { signer: `${signerPrefix}${name}+${id}+${encodeBase64(withType(seed, type))}`, verifier }
}

/** Returns the text of a bare public key. Throws a `NoteError` for a bad name or size. */
export function formatVerifierKey(name: string, publicKey: Uint8Array, type: KeyType): string {
  if (!isValidName(name)) throw new NoteError('invalid-name', `invalid key name ${JSON.stringify(name)}`)
  if (publicKey.length !== keySize) throw malformedKey()
  const encoded = withType(publicKey, type)
  return `${name}+${formatKeyHash(keyHashOf(name, encoded))}+${encodeBase64(encoded)}`
}

interface ParsedKey {
  readonly name: string
  readonly keyHash: number
  /** Type byte, then the key. */
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

function bareKey(encoded: Uint8Array, type: KeyType): Uint8Array {
  if (encoded[0] !== type) throw new NoteError('unknown-algorithm', 'unknown key algorithm')
  if (encoded.length !== 1 + keySize) throw malformedKey()
  return encoded.subarray(1)
}

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Header, seed]), format: 'der', type: 'pkcs8' })
}

function publicBytes(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spkiHeader.length)
}

function withType(key: Uint8Array, type: KeyType): Uint8Array {
  return Uint8Array.of(type, ...key)
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
