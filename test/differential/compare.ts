import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { requireComponent } from '../harness/components.ts'
import { type Answer, type Oracle, startOracle, wire } from './oracle.ts'
import { Random } from './random.ts'

/** One function of ours and one of Go's, and what both are asked. */
export interface Comparison<Args extends readonly unknown[]> {
  readonly op: string
  readonly inputs: readonly Readonly<Args>[]
  readonly ours: (...args: Args) => unknown
  /** What ours throws for bad input; anything else that it throws fails the test. */
  readonly refusal?: ErrorClass | readonly ErrorClass[]
  /** Where the refused text is wrong, if that is to be equal too. */
  readonly at?: (error: Error) => Position[]
  /** The differences that are meant to be. All others fail the test. */
  readonly differences?: readonly Difference<Args>[]
}

/** A difference from Go that is meant to be, and how to know it. */
export interface Difference<Args extends readonly unknown[]> {
  readonly why: string
  readonly holds: (pair: { readonly args: Args; readonly ours: Answer; readonly go: Answer }) => boolean
}

interface Position {
  readonly line: number
  readonly column: number
}

type ErrorClass = abstract new (...args: never) => Error

/** What a differential test has at hand. */
export interface Judge {
  readonly random: Random
  readonly oracle: Oracle
  /** Asks both sides and fails with the first inputs on which they differ, and the seed that made them. */
  readonly agree: <Args extends readonly unknown[]>(comparison: Comparison<Args>) => Promise<void>
}

/** Declares a test that needs the oracle; without one it is skipped, or fails under CI=true. */
export function differential(claim: string, body: (judge: Judge) => Promise<void>): void {
  test(claim, async (t) => {
    const program = await requireComponent(t, 'oracle')
    if (program === undefined) return
    await using oracle = startOracle(program.path)
    const random = new Random()
    const agree: Judge['agree'] = async (comparison) => {
      const summary = report(comparison, await pairs(oracle, comparison), random.seed)
      if (process.env['DIFFERENTIAL_VERBOSE'] !== undefined) t.diagnostic(summary)
    }
    await body({ random, oracle, agree })
  })
}

/** A check, which throws or not, as a function that answers true. */
export function passed<Args extends readonly unknown[]>(check: (...args: Args) => void): (...args: Args) => true {
  return (...args) => {
    check(...args)
    return true
  }
}

interface Pair<Args> {
  readonly args: Args
  readonly ours: Answer
  readonly go: Answer
}

async function pairs<Args extends readonly unknown[]>(
  oracle: Oracle,
  comparison: Comparison<Args>,
): Promise<readonly Pair<Args>[]> {
  const out: Pair<Args>[] = []
  // In portions: while Go works on one, ours works on it too, and neither has to keep all answers in flight.
  for (let start = 0; start < comparison.inputs.length; start += 500) {
    const inputs = comparison.inputs.slice(start, start + 500) as unknown as readonly Args[]
    const answered = oracle.ask(comparison.op, inputs)
    const ours: Answer[] = []
    for (const args of inputs) ours.push(await ourAnswer(comparison, args))
    for (const [index, go] of (await answered).entries()) out.push({ args: inputs[index]!, ours: ours[index]!, go })
  }
  return out
}

async function ourAnswer<Args extends readonly unknown[]>(
  { op, ours, refusal = [], at }: Comparison<Args>,
  args: Args,
): Promise<Answer> {
  try {
    return { value: wire(await ours(...args)) ?? null }
  } catch (error) {
    const known = [refusal].flat().some((kind) => error instanceof kind)
    if (!known) throw new Error(`${op} of ours threw for ${show(args)}`, { cause: error })
    const { message } = error as Error
    return { error: at === undefined ? { message } : { message, at: at(error as Error) } }
  }
}

/** Fails unless the answers agree. Answers how many inputs of which kind there were. */
function report<Args extends readonly unknown[]>(
  { op, differences = [] }: Comparison<Args>,
  all: readonly Pair<Args>[],
  seed: number,
): string {
  const counts = new Map<string, number>()
  const wrong: Pair<Args>[] = []
  for (const pair of all) {
    const kind = isSame(pair)
      ? 'value' in pair.ours ? 'accepted' : 'refused'
      : differences.find(({ holds }) => holds(pair))?.why // prettier-ignore
    if (kind === undefined) wrong.push(pair)
    else counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  if (wrong.length > 0) assert.fail(failure(op, wrong, seed))
  // A generator that only makes what both refuse proves nothing.
  assert.ok((counts.get('accepted') ?? 0) > 0, `${op}: no input was accepted, DIFFERENTIAL_SEED=${seed}`)
  return `${op}: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`
}

function isSame({ ours, go }: Pair<unknown>): boolean {
  if ('value' in ours) return !('error' in go) && isDeepStrictEqual(ours.value, go.value)
  return (
    'error' in go &&
    go.error.panic !== true &&
    (ours.error.at === undefined || isDeepStrictEqual(ours.error.at, go.error.at ?? []))
  )
}

const shown = 4

function failure(op: string, wrong: readonly Pair<readonly unknown[]>[], seed: number): string {
  const rows = wrong
    .slice(0, shown)
    .map(({ args, ours, go }) => `args ${show(args)}\n  ours ${show(ours)}\n  go   ${show(go)}`)
  return `${op}: ${wrong.length} differences, DIFFERENTIAL_SEED=${seed}\n${rows.join('\n')}`
}

function show(value: unknown): string {
  return JSON.stringify(wire(value)).slice(0, 1500)
}
