/**
 * Counts and histograms as plain numbers. The hot path pays a few map look-ups by strings that live long; whoever renders or
 * exports reads them later. Nothing is ever forgotten, so label values must come from configuration or fixed sets.
 */

import { durationBuckets, type Instrument } from './instruments.ts'

/** One line of a metric: its label values in the instrument's order, and what was measured. */
export interface Series<T> {
  readonly labels: readonly string[]
  readonly value: T
}

export interface Histogram {
  count: number
  sum: number
  /** One count for each bucket, not added up, and a last one for what is above all bounds. */
  readonly buckets: Float64Array
}

export interface Metric {
  readonly instrument: Instrument
  readonly numbers: readonly Series<number>[]
  readonly histograms: readonly Series<Histogram>[]
}

interface Cell {
  value: number
}

/** A tree of maps, one level a label: no key is built for a look-up. */
class Cells<T> {
  readonly #make: () => T
  readonly #root = new Map<string, unknown>()
  readonly #all: Series<T>[] = []

  constructor(make: () => T) {
    this.#make = make
  }

  at(labels: readonly string[]): T {
    let node: Map<string, unknown> = this.#root
    const last = labels.length - 1
    for (let level = 0; level < last; level++) node = this.#inner(node, labels[level]!)
    const leaf = labels[last] ?? ''
    return (node.get(leaf) as T | undefined) ?? this.#grow(node, leaf, labels)
  }

  get all(): readonly Series<T>[] {
    return this.#all
  }

  #inner(node: Map<string, unknown>, label: string): Map<string, unknown> {
    const known = node.get(label) as Map<string, unknown> | undefined
    if (known) return known
    const made = new Map<string, unknown>()
    node.set(label, made)
    return made
  }

  #grow(node: Map<string, unknown>, leaf: string, labels: readonly string[]): T {
    const value = this.#make()
    node.set(leaf, value)
    this.#all.push({ labels: [...labels], value })
    return value
  }
}

/** Adds up. */
export class NumberTally {
  readonly #instrument: Instrument
  readonly #cells = new Cells<Cell>(() => ({ value: 0 }))

  /** A tally without labels starts at 0, so that its first event is an increase that alerts see. */
  constructor(instrument: Instrument) {
    this.#instrument = instrument
    if (instrument.labels.length === 0) this.#cells.at([])
  }

  add(labels: readonly string[], amount = 1): void {
    this.#cells.at(labels).value += amount
  }

  read(): Metric {
    const numbers = this.#cells.all.map(({ labels, value }) => ({ labels, value: value.value }))
    return { instrument: this.#instrument, numbers, histograms: [] }
  }
}

/** Sorts durations into buckets. */
export class DurationTally {
  readonly #instrument: Instrument
  readonly #cells = new Cells<Histogram>(() => ({
    count: 0,
    sum: 0,
    buckets: new Float64Array(durationBuckets.length + 1),
  }))

  constructor(instrument: Instrument) {
    this.#instrument = instrument
  }

  record(labels: readonly string[], seconds: number): void {
    const histogram = this.#cells.at(labels)
    let bucket = 0
    while (bucket < durationBuckets.length && seconds > durationBuckets[bucket]!) bucket++
    histogram.buckets[bucket]!++
    histogram.count++
    histogram.sum += seconds
  }

  read(): Metric {
    return { instrument: this.#instrument, numbers: [], histograms: this.#cells.all }
  }
}

/** A metric of one value that is only known when it is asked for. */
export function observed(instrument: Instrument, value: number, labels: readonly string[] = []): Metric {
  return { instrument, numbers: [{ labels, value }], histograms: [] }
}
