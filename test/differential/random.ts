/**
 * Chance that can be had again: one seed, one sequence. The seed of a run is that of DIFFERENTIAL_SEED, and DIFFERENTIAL_SCALE
 * multiplies the number of inputs, for a longer search than a test run has time for.
 */
export class Random {
  readonly seed: number
  #state: number

  constructor(seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 1)) {
    this.seed = seed
    this.#state = seed >>> 0
  }

  /** A whole number from 0 to `limit - 1`; `limit` is 2^32 at most (Mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }

  /** A whole number below a limit that may be as large as 2^53. */
  large(limit: number): number {
    return Math.floor(((this.below(2 ** 26) * 2 ** 27 + this.below(2 ** 27)) / 2 ** 53) * limit)
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** Up to `max` of the parts in a row, at least one. */
  join(parts: readonly string[], max: number, separator = ''): string {
    return this.some(max, () => this.pick(parts)).join(separator)
  }

  /** Up to `max` of them, at least one. */
  some<T>(max: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.below(max) }, make)
  }

  /** As many as wanted, times DIFFERENTIAL_SCALE. */
  times<T>(count: number, make: () => T): T[] {
    return Array.from({ length: count * Number(process.env['DIFFERENTIAL_SCALE'] ?? 1) }, make)
  }

  /** Up to `max` small damages: bytes dropped, flipped, repeated from elsewhere, or one of the `marks` put in. */
  damage(bytes: Uint8Array, max: number, marks: readonly string[]): Uint8Array {
    let damaged = Buffer.from(bytes)
    for (let count = this.below(max + 1); count > 0; count--) {
      const at = this.below(damaged.length + 1)
      const end = Math.min(damaged.length, at + this.below(8))
      const [inserted, from] = this.#wound(damaged, marks, { at, end })
      damaged = Buffer.concat([damaged.subarray(0, at), inserted, damaged.subarray(from)])
    }
    return damaged
  }

  /** The {@link damage} of a text; what is no text any more is made well-formed. */
  damageText(text: string, max: number, marks: readonly string[]): string {
    return Buffer.from(this.damage(Buffer.from(text), max, marks)).toString('utf8')
  }

  #wound(bytes: Buffer, marks: readonly string[], { at, end }: { at: number; end: number }): [Uint8Array, number] {
    const piece = this.below(bytes.length + 1)
    const wounds: readonly (() => [Uint8Array, number])[] = [
      () => [Buffer.alloc(0), end],
      () => [Buffer.from([this.below(256)]), end],
      () => [Buffer.from(this.pick(marks)), at],
      () => [bytes.subarray(piece, piece + this.below(60)), at],
      () => [Buffer.from([(bytes[at] ?? 0) ^ (1 << this.below(8))]), Math.min(bytes.length, at + 1)],
    ]
    return this.pick(wounds)()
  }
}
