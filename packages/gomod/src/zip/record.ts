import { ZipError } from './error.ts'

/** Little-endian numbers in the fixed part of a zip structure. The caller has checked that the bytes are there. */
export class ZipRecord {
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  uint16(offset: number): number {
    return this.#view.getUint16(offset, true)
  }

  uint32(offset: number): number {
    return this.#view.getUint32(offset, true)
  }

  /** @throws ZipError if the number is above 2^53 - 1: no size or offset in a file is. */
  uint64(offset: number): number {
    const value = this.uint32(offset + 4) * 2 ** 32 + this.uint32(offset)
    if (!Number.isSafeInteger(value)) throw new ZipError('format', 'a 64-bit number in the archive is out of range')
    return value
  }
}
