import { hash } from 'node:crypto'
import { TlogError } from './error.ts'

/** A node of the tree: 32 bytes of SHA-256. Often a view into a tile, so never written to. */
export type Hash = Uint8Array

/** The size of a hash in bytes. */
export const hashSize = 32

/** The root of a tree without records: the hash of nothing (RFC 6962 section 2.1). */
export function emptyTreeHash(): Hash {
  return hash('sha256', '', 'buffer')
}

/** Returns the leaf hash of a record's text, SHA-256(0x00 || data) (RFC 6962 section 2.1). */
export function recordHash(data: Uint8Array): Hash {
  const input = Buffer.allocUnsafe(1 + data.length)
  input[0] = 0
  input.set(data, 1)
  return sha256(input)
}

/**
 * Returns the hash of an inner node, SHA-256(0x01 || left || right) (RFC 6962 section 2.1). Throws a `TlogError`
 * `malformed` when a side is no hash.
 */
export function nodeHash(left: Hash, right: Hash): Hash {
  if (left.length !== hashSize || right.length !== hashSize) throw new TlogError('malformed', 'malformed hash')
  const input = Buffer.allocUnsafe(1 + 2 * hashSize)
  input[0] = 1
  input.set(left, 1)
  input.set(right, 1 + hashSize)
  return sha256(input)
}

/** One tile costs 255 of these. Pooled buffers, and a string for the digest, make it three times as fast as fresh ones. */
function sha256(input: Uint8Array): Hash {
  return Buffer.from(hash('sha256', input, 'binary'), 'binary')
}

/** Says whether two hashes are the same. They are public, so the time may depend on them. */
export function equalHashes(a: Hash, b: Hash): boolean {
  return Buffer.compare(a, b) === 0
}

/** Formats a hash as standard base64, the way tree heads and proofs show it. */
export function formatHash(value: Hash): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}

/** Reads the base64 text of a hash. Throws a `TlogError` `malformed` for anything but 32 bytes. */
export function parseHash(text: string): Hash {
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) throw new TlogError('malformed', 'malformed hash')
  return new Uint8Array(Buffer.from(text, 'base64'))
}
