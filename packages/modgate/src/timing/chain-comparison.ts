/**
 * What the turns of chains come to. The first round is told apart from the others: what a chain answers when it is asked for the first time
 * here, and what it answers then. Whether its caches knew the files before is nothing that can be arranged from outside.
 */

import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import type { FailureCode } from '../core/failure-codes.ts'
import type { ChainTurns } from './chain-rounds.ts'
import { fileKinds, type FileKind, type FileTiming, type Turn } from './chain-turn.ts'
import { median, spread, type Spread } from './spread.ts'

export interface ChainComparison {
  /** In the order in which they were named; ratios are to the first one. */
  readonly chains: readonly ChainResult[]
  readonly modules: readonly ModuleVersion[]
  readonly rounds: number
  /** Modules at once. */
  readonly width: number
}

export interface ChainResult {
  readonly name: string
  /** The first round. */
  readonly first: Pass
  /** The rounds after it; absent where there was none. */
  readonly later?: Pass
  /** Absent of the first chain. */
  readonly ratios?: { readonly first?: Ratios; readonly later?: Ratios }
}

/** Rounds taken together: times of all their files, counts of a middling one. */
export interface Pass {
  readonly rounds: number
  readonly asked: number
  readonly answered: number
  /** Of the files that were answered. Absent where none was. */
  readonly firstByteMs?: Spread
  readonly totalMs?: Spread
  readonly byKind: Readonly<Partial<Record<FileKind, KindTimes>>>
  /** The median of the rounds. */
  readonly bytes: number
  readonly requests: number
  readonly connections: number
  readonly wallMs: number
  /** Answers that say whether a cache had them, and those that say that one had. */
  readonly marked: number
  readonly hits: number
  readonly failures: readonly FailureCount[]
}

export interface KindTimes {
  readonly firstByteMs: Spread
  readonly totalMs: Spread
}

export interface FailureCount {
  readonly code: FailureCode
  readonly count: number
  /** The message of the first of them. */
  readonly example: string
}

/** Over the files that both chains answered in the round, for whoever fails fast is not fast. */
export interface Ratios {
  /** Of the medians of the first byte. */
  readonly firstByte: Ratio
  /** Of the sums of all times to the last byte. */
  readonly total: Ratio
}

export interface Ratio {
  readonly median: number
  /** Of each round. */
  readonly samples: readonly number[]
}

/** Compares. Each chain has at least one turn. */
export function compareChains(
  chains: readonly ChainTurns[],
  { modules, rounds, width }: Omit<ChainComparison, 'chains'>,
): ChainComparison {
  const base = chains[0]!.turns
  const results = chains.map(({ name, turns }, index): ChainResult => {
    const [first, later] = [turns.slice(0, 1), turns.slice(1)]
    const ratios = { first: ratiosOf(first, base.slice(0, 1)), later: ratiosOf(later, base.slice(1)) }
    return {
      ...{ name, first: passOf(first) },
      ...(later.length === 0 ? {} : { later: passOf(later) }),
      ...(index === 0 ? {} : { ratios: present(ratios) }),
    }
  })
  return { chains: results, modules, rounds, width }
}

function passOf(turns: readonly Turn[]): Pass {
  const files = turns.flatMap((turn) => turn.files)
  const answered = files.filter(isAnswered)
  const middle = (figure: (turn: Turn) => number) => median(turns.map(figure))
  return {
    ...{ rounds: turns.length, asked: files.length, answered: answered.length },
    ...timesOf(answered),
    byKind: present(
      Object.fromEntries(fileKinds.map((kind) => [kind, timesOf(answered.filter((file) => file.kind === kind))])),
    ),
    bytes: middle((turn) => turn.files.reduce((sum, { bytes }) => sum + bytes, 0)),
    requests: middle(({ requests }) => requests),
    connections: middle(({ connections }) => connections),
    wallMs: middle(({ wallMs }) => wallMs),
    marked: answered.filter(({ cache }) => cache !== undefined).length,
    hits: answered.filter(({ cache }) => cache === 'hit').length,
    failures: failuresOf(files),
  }
}

type AnsweredFile = FileTiming & Required<Pick<FileTiming, 'firstByteMs' | 'totalMs'>>

function isAnswered(file: FileTiming): file is AnsweredFile {
  return file.firstByteMs !== undefined && file.totalMs !== undefined
}

function timesOf(files: readonly AnsweredFile[]): KindTimes | undefined {
  const firstByteMs = spread(files.map((file) => file.firstByteMs))
  const totalMs = spread(files.map((file) => file.totalMs))
  return firstByteMs && totalMs && { firstByteMs, totalMs }
}

function failuresOf(files: readonly FileTiming[]): readonly FailureCount[] {
  const counts = new Map<FailureCode, { count: number; readonly example: string }>()
  for (const { failure } of files) {
    if (failure === undefined) continue
    const known = counts.get(failure.code)
    if (known === undefined) counts.set(failure.code, { count: 1, example: failure.message })
    else known.count++
  }
  return [...counts].map(([code, counted]) => ({ code, ...counted })).toSorted((a, b) => b.count - a.count)
}

function ratiosOf(turns: readonly Turn[], base: readonly Turn[]): Ratios | undefined {
  const rounds = turns.flatMap((turn, round) => roundRatio(turn, base[round]) ?? [])
  if (rounds.length === 0) return undefined
  const ratio = (samples: readonly number[]): Ratio => ({ median: median(samples), samples })
  return { firstByte: ratio(rounds.map(({ firstByte }) => firstByte)), total: ratio(rounds.map(({ total }) => total)) }
}

function roundRatio(turn: Turn, base: Turn | undefined): { firstByte: number; total: number } | undefined {
  const theirs = new Map(base?.files.filter(isAnswered).map((file) => [nameOf(file), file]))
  const pairs = turn.files.filter(isAnswered).flatMap((file) => {
    const other = theirs.get(nameOf(file))
    return other === undefined ? [] : [{ file, other }]
  })
  if (pairs.length === 0) return undefined
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const firstByte = pairs.map(({ file, other }) => [file.firstByteMs, other.firstByteMs] as const)
  return {
    firstByte: median(firstByte.map(([ours]) => ours)) / median(firstByte.map(([, other]) => other)),
    total: sum(pairs.map(({ file }) => file.totalMs)) / sum(pairs.map(({ other }) => other.totalMs)),
  }
}

const nameOf = (file: FileTiming): string => `${versionString(file)} ${file.kind}`

/** Without what is undefined. */
function present<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof present<T>
  >
}
