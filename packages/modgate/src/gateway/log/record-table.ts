/**
 * Fingerprints of versions and the numbers of their records, in memory: ten to fifteen bytes a record, and as quick to ask with ten million
 * of them as with ten. Tables of one size each would have to be copied as a whole to grow; many small ones grow one by one, so that no
 * request waits long for another's record.
 */

/** Bits of a fingerprint: the highest tell the part, the lowest are kept. */
export const fingerprintBits = 48

export interface RecordTable {
  /** Adds a record; its number is below 2^32 - 1. */
  add(fingerprint: number, number: number): void
  /** The numbers of all records with this fingerprint, lowest first: rarely also of one that shares 42 bits with it. */
  numbers(fingerprint: number): readonly number[]
}

/**
 * Pairs of 32 bits: what is kept of the fingerprint, and the number plus one; zero there is an empty place. They stand as they came until
 * somebody asks: to put ten million into their places, all over the memory, takes many times as long as to put one part after the other.
 */
interface Part {
  pairs: Uint32Array
  count: number
  inPlace: boolean
}

const partBits = 10
const keptBits = 32
const firstPlaces = 16
const mostFilled = 0.8
const growth = 1.5

const placesIn = ({ pairs }: Part) => pairs.length / 2
const partOf = (fingerprint: number) => Math.floor(fingerprint / 2 ** (fingerprintBits - partBits))
const keptOf = (fingerprint: number) => fingerprint % 2 ** keptBits

export function recordTable(): RecordTable {
  const parts: (Part | undefined)[] = Array.from({ length: 2 ** partBits })

  return {
    add(fingerprint, number) {
      const part = (parts[partOf(fingerprint)] ??= {
        ...{ pairs: new Uint32Array(2 * firstPlaces), count: 0, inPlace: false },
      })
      if (part.count + 1 > mostFilled * placesIn(part)) grow(part)
      if (part.inPlace) put(part.pairs, keptOf(fingerprint), number + 1)
      else append(part, keptOf(fingerprint), number + 1)
      part.count++
    },
    numbers(fingerprint) {
      const part = parts[partOf(fingerprint)]
      if (!part) return []
      if (!part.inPlace) putInPlace(part)
      const found: number[] = []
      const kept = keptOf(fingerprint)
      for (const place of placesFrom(part.pairs, kept)) {
        if (part.pairs[place] === kept) found.push(part.pairs[place + 1]! - 1)
      }
      return found.sort((a, b) => a - b)
    },
  }
}

function append({ pairs, count }: Part, kept: number, value: number): void {
  pairs[2 * count] = kept
  pairs[2 * count + 1] = value
}

function grow(part: Part): void {
  const { pairs: old, inPlace } = part
  part.pairs = new Uint32Array(2 * Math.ceil(placesIn(part) * growth))
  if (inPlace) putAll(part.pairs, old)
  else part.pairs.set(old)
}

function putInPlace(part: Part): void {
  const { pairs: old } = part
  part.pairs = new Uint32Array(old.length)
  putAll(part.pairs, old)
  part.inPlace = true
}

function putAll(pairs: Uint32Array, old: Uint32Array): void {
  for (let at = 0; at < old.length; at += 2) if (old[at + 1] !== 0) put(pairs, old[at]!, old[at + 1]!)
}

function put(pairs: Uint32Array, kept: number, value: number): void {
  let place = homeOf(pairs, kept)
  while (pairs[place + 1] !== 0) place = next(pairs, place)
  pairs[place] = kept
  pairs[place + 1] = value
}

/** The places that are taken, from the home of a fingerprint on to the first empty one. */
function* placesFrom(pairs: Uint32Array, kept: number): Iterable<number> {
  for (let place = homeOf(pairs, kept); pairs[place + 1] !== 0; place = next(pairs, place)) yield place
}

/** Fingerprints are spread evenly, so that their order is as good as any hash. */
const homeOf = (pairs: Uint32Array, kept: number) => 2 * Math.floor((kept * (pairs.length / 2)) / 2 ** keptBits)
const next = (pairs: Uint32Array, place: number) => (place + 2 === pairs.length ? 0 : place + 2)
