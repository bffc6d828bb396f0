/**
 * Synchronous random access to bytes that do not change while they are read: a buffer, an open file, a mapped region.
 *
 * `read` answers exactly `length` bytes from `offset`, or throws; it is never asked for bytes outside of `size`. The answer may
 * live in a buffer that the next `read` uses again: whoever wants to keep it copies it.
 */
export interface RandomAccess {
  /** Size in bytes. */
  readonly size: number
  read(offset: number, length: number): Uint8Array
}

/** Random access to bytes in memory, without a copy. */
export function bytesAccess(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}
