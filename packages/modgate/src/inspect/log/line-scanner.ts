/** Bytes of a log in, the lines that matter out, in memory that does not grow with the log. */

import type { Automaton } from './automaton.ts'

/** A longer line is handed out in pieces of this many bytes, each with the line's number. */
export const longestPiece = 64 * 1024
/** How many lines before the current one can be had. */
export const keptLines = 8

const sliceSize = 256 * 1024
const lineFeed = 10

/** A line while it is handed out: its text cannot be had later. */
export interface ScannedLine {
  /** From 1. */
  readonly number: number
  /** The numbers of the literals found in it, each once. */
  readonly found: ReadonlySet<number>
  /** Without the line feed; bytes that are no UTF-8 are replaced. */
  text(): string
  /** The lines before it, at most `keptLines`, the nearest first. */
  before(): readonly string[]
}

/** Is handed the lines with a literal in them, and the line after each for which it returned true. */
export type LineTaker = (line: ScannedLine) => boolean

export interface LineScanner {
  /** Scans the next bytes; they may be overwritten afterwards. */
  write(bytes: Uint8Array): void
  /** The last line, if no line feed ended it. */
  end(): void
  /** How many lines have begun. */
  readonly lines: number
}

/** A scanner of one log. Escape sequences (ECMA-48) in the middle of a literal do not hide it. */
export function lineScanner(literals: Automaton, take: LineTaker): LineScanner {
  const { table, firstEvent, lineEnd, escape, ends } = literals
  // What is kept of earlier lines, the piece that is not whole yet, a slice of new bytes.
  const window = Buffer.allocUnsafe((keptLines + 1) * longestPiece + sliceSize)
  const starts: number[] = []
  const found = new Set<number>()
  let filled = 0
  let start = 0
  let number = 1
  let state = 0
  let wanted = false
  let sequence: Sequence = Sequence.none

  /** Hands out the bytes from `start` to `end`, which are a line or a piece of one. */
  const finish = (end: number): void => {
    if (wanted || found.size > 0) {
      const from = start
      const text = () => window.toString('utf8', from, end)
      const before = () =>
        starts.map((at, index) => window.toString('utf8', at, starts[index + 1] ?? from)).toReversed()
      wanted = take({ number, found, text, before })
      found.clear()
    }
    starts.push(start)
    if (starts.length > keptLines) starts.shift()
  }

  /** Skips what is left of an escape sequence; returns where to go on. */
  const skip = (from: number, stop: number): number => {
    let at = from
    while (at < stop && sequence !== Sequence.none) {
      // A line feed ends what is broken off, and counts.
      sequence = window[at] === lineFeed ? Sequence.none : after(sequence, window[at++]!)
    }
    return at
  }

  const scan = (from: number): void => {
    // Locals: what a closure shares would be written to memory for each byte.
    let [at, current] = [from, state]
    while (at < filled) {
      const stop = Math.min(filled, start + longestPiece)
      at = skip(at, stop)
      let next = 0
      while (at < stop && (next = table[current + window[at]!]!) < firstEvent) {
        current = next
        at++
      }
      if (at < stop) {
        at++
        if (next === escape) sequence = Sequence.begun
        else current = next
        if (next === lineEnd) {
          finish(at - 1)
          number++
          start = at
        } else if (next !== escape) for (const literal of ends[next >> 8]!) found.add(literal)
      } else if (at - start >= longestPiece) {
        finish(at)
        start = at
      }
    }
    state = current
  }

  const makeRoom = (): void => {
    const keep = starts[0] ?? start
    window.copyWithin(0, keep, filled)
    filled -= keep
    start -= keep
    for (let index = 0; index < starts.length; index++) starts[index]! -= keep
  }

  return {
    write(bytes) {
      for (let at = 0; at < bytes.length; at += sliceSize) {
        const slice = bytes.subarray(at, at + sliceSize)
        makeRoom()
        window.set(slice, filled)
        const from = filled
        filled += slice.length
        scan(from)
      }
    },
    end() {
      if (filled === start) return
      finish(filled)
      start = filled
      number++
    },
    get lines() {
      return filled > start ? number : number - 1
    },
  }
}

/** Where in an escape sequence the scanner is. */
const Sequence = { none: 0, begun: 1, control: 2, text: 3, textEnd: 4 } as const
type Sequence = (typeof Sequence)[keyof typeof Sequence]

/** The place after one byte more. */
function after(sequence: Sequence, byte: number): Sequence {
  if (sequence === Sequence.begun) {
    if (byte === 0x5b) return Sequence.control
    // OSC, DCS, SOS, PM, APC: texts that end with BEL or ESC \.
    if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return Sequence.text
    return byte >= 0x20 && byte < 0x30 ? Sequence.begun : Sequence.none
  }
  if (sequence === Sequence.control) return byte >= 0x40 ? Sequence.none : Sequence.control
  if (sequence === Sequence.text) {
    if (byte === 7) return Sequence.none
    return byte === 27 ? Sequence.textEnd : Sequence.text
  }
  return byte === 0x5c ? Sequence.none : Sequence.text
}
