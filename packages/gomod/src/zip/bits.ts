import { ZipError } from './error.ts'

const none = new Uint8Array(0)

/** Bits of a deflate stream, least significant first, from chunks that are pulled one by one; an empty chunk is the end. */
export class Bits {
  readonly #pull: () => Uint8Array
  #chunk: Uint8Array = none
  #at = 0
  /** The next bits, lowest first; at most 30 are held. */
  hold = 0
  count = 0

  constructor(pull: () => Uint8Array) {
    this.#pull = pull
  }

  /** Holds 16 bits or more, or all that are left. */
  fill(): void {
    while (this.count < 16 && this.#more()) {
      this.hold |= this.#chunk[this.#at++]! << this.count
      this.count += 8
    }
  }

  drop(count: number): void {
    if (count > this.count) throw new ZipError('format', 'deflate data is cut off')
    this.hold >>>= count
    this.count -= count
  }

  /** Takes up to 16 bits as a number. */
  take(count: number): number {
    if (this.count < count) this.fill()
    const value = this.hold & ((1 << count) - 1)
    this.drop(count)
    return value
  }

  /** Drops the rest of the byte; whole bytes that are held stay. */
  align(): void {
    this.drop(this.count & 7)
  }

  /** Whole bytes after `align`, at most `length` and at least one, in a view that the next call may overwrite. */
  bytes(length: number): Uint8Array {
    if (this.count > 0) return Uint8Array.of(this.take(8))
    if (!this.#more()) throw new ZipError('format', 'deflate data is cut off')
    const bytes = this.#chunk.subarray(this.#at, this.#at + length)
    this.#at += bytes.length
    return bytes
  }

  /** Reports whether less than a byte is left. */
  atEnd(): boolean {
    return this.count < 8 && !this.#more()
  }

  #more(): boolean {
    if (this.#at < this.#chunk.length) return true
    this.#chunk = this.#pull()
    this.#at = 0
    return this.#chunk.length > 0
  }
}
