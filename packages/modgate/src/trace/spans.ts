/** Time as spans on one line: how much of it at least one of them covers. */

export interface Span {
  readonly from: number
  readonly to: number
}

/** Spans that overlap or touch made into one, in their order. */
export function merged(spans: readonly Span[]): readonly Span[] {
  const sorted = spans.filter(({ from, to }) => to > from).toSorted((a, b) => a.from - b.from)
  const result: { from: number; to: number }[] = []
  for (const { from, to } of sorted) {
    const last = result.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** The length of what at least one span covers. */
export function covered(spans: readonly Span[]): number {
  return merged(spans).reduce((sum, { from, to }) => sum + to - from, 0)
}

/** The value that so large a part, 0 to 1, of the values do not exceed; 0 where there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
