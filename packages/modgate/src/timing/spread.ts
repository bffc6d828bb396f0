/** What many figures come to. */

/** Milliseconds, of a number of files. */
export interface Spread {
  readonly p50: number
  readonly p95: number
}

/** Undefined of nothing. */
export function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  return { p50: percentile(values, 50), p95: percentile(values, 95) }
}

/** By nearest rank: the smallest value that so many percent are not above. `values` has at least one. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!
}

/** The middle one, or halfway between the two in the middle. `values` has at least one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
