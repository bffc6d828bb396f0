/** A row of the table: something measured of the gate and its rivals side by side, and what it should come to. */
import type { Bench } from './bench.ts'

export interface Row {
  /** For `--rows`. */
  readonly name: string
  /** What is measured, with the load, in one line. */
  readonly title: string
  run(bench: Bench): Promise<RowResult>
}

export interface RowResult {
  /** By contestant and measure, such as `ms CPU per 1,000`. */
  readonly figures: Readonly<Record<string, Readonly<Record<string, Figure>>>>
  readonly verdicts: readonly Verdict[]
  /** What a reader has to know: what was left out, and why. */
  readonly notes: readonly string[]
}

/** A figure as it was measured; all that is shown elsewhere is its median. */
export interface Figure {
  readonly median: number
  readonly samples: readonly number[]
}

/** A value held against its target. */
export interface Verdict {
  readonly what: string
  readonly value: number
  /** Absent where a ratio is shown for its own sake. */
  readonly atMost?: number
}

/** What one contestant came to in one round, by measure. */
export type Sample = Readonly<Record<string, number>>

/** Samples of rounds in which all contestants took their turns: round by round, so that ratios compare neighbours. */
export type Rounds = ReadonlyMap<string, readonly Sample[]>

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Takes turns - A B C, A B C - since a noisy minute should hit all alike. */
export async function inTurns<T>(
  contestants: ReadonlyMap<string, T>,
  rounds: number,
  measure: (contestant: T, name: string) => Promise<Sample>,
): Promise<Rounds> {
  const samples = new Map([...contestants.keys()].map((name): [string, Sample[]] => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [name, contestant] of contestants) samples.get(name)!.push(await measure(contestant, name))
  }
  return samples
}

export function figures(rounds: Rounds): RowResult['figures'] {
  return Object.fromEntries([...rounds].map(([name, samples]) => [name, figuresOf(samples)]))
}

function figuresOf(samples: readonly Sample[]): Readonly<Record<string, Figure>> {
  const measures = Object.keys(samples[0] ?? {})
  return Object.fromEntries(
    measures.map((measure) => {
      const values = samples.map((sample) => sample[measure]!)
      return [measure, { median: median(values), samples: values }]
    }),
  )
}

export interface RatioTarget {
  readonly measure: string
  readonly of?: string
  readonly to: string
  readonly atMost?: number
}

/** Median of the rounds' ratios, the gate's figure to a rival's; none where the rival did not run. */
export function ratio(rounds: Rounds, { measure, of = 'gate', to, ...target }: RatioTarget): readonly Verdict[] {
  const [ours, theirs] = [rounds.get(of), rounds.get(to)]
  if (ours === undefined || theirs === undefined) return []
  const value = median(ours.map((sample, round) => sample[measure]! / theirs[round]![measure]!))
  return [{ what: `${measure}: ${of} / ${to}`, value, ...target }]
}
