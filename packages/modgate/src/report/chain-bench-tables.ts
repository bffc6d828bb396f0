/** A comparison of chains as tables and sentences, of which a terminal and a page of Markdown make their own. */

import { counted } from '../core/counted.ts'
import { fileKinds } from '../timing/chain-turn.ts'
import type { ChainComparison, ChainResult, Pass, Ratio, Ratios } from '../timing/chain-comparison.ts'
import type { Spread } from '../timing/spread.ts'
import { visible } from './findings-paint.ts'
import { sizeInWords } from './size-in-words.ts'
import { durationInWords } from './trace-words.ts'

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** One line: what was done. */
export function chainBenchTitle({ chains, modules, rounds, width }: ChainComparison): string {
  const files = modules.length * fileKinds.length
  return `${counted(chains.length, 'chain')}, ${counted(modules.length, 'module')} (${counted(files, 'file')}), ${counted(rounds, 'round')}, ${width} at once`
}

export function chainBenchTables({ chains }: ChainComparison): readonly Table[] {
  const passes = chains.flatMap(passesOf)
  const table = (title: string, head: readonly string[], cells: (pass: Pass) => readonly string[]): Table => ({
    title,
    head: ['chain', 'round', ...head],
    rows: passes.map(({ name, round, pass }) => [name, round, ...cells(pass)]),
  })
  return [
    table('Times of a file', ['first byte p50', 'p95', 'whole file p50', 'p95'], ({ firstByteMs, totalMs }) => [
      ...spreadCells(firstByteMs),
      ...spreadCells(totalMs),
    ]),
    table(
      'First byte by kind, p50 / p95',
      fileKinds.map((kind) => `.${kind}`),
      ({ byKind }) => fileKinds.map((kind) => (byKind[kind] ? spreadCells(byKind[kind].firstByteMs).join(' / ') : '-')),
    ),
    table('Cost of a round', ['requests', 'connections', 'bytes', 'cache hits', 'failed', 'time'], costCells),
    ...ratioTable(chains),
  ]
}

/** What a reader has to know, a sentence each. */
export function chainBenchNotes({ chains }: ChainComparison): readonly string[] {
  const shared = chains.length > 1 ? ', and chains that lead to the same cache fill it for each other' : ''
  return [
    `The first round is the first time that this run asks: a cache may have known the files before${shared}.`,
    'Each round connects anew, as each run of go does; redirects and retries count as requests.',
    ...(chains.some(({ ratios }) => ratios !== undefined)
      ? ['Ratios are medians of the ratios of rounds, over files that both chains answered; below 1 is faster.']
      : []),
    ...(chains.some(({ first, later }) => first.marked + (later?.marked ?? 0) > 0)
      ? ['Cache hits are of the answers that say so: by Cache-Status, X-Cache or Age.']
      : []),
    ...chains.flatMap(failureNotes),
  ]
}

interface NamedPass {
  readonly name: string
  readonly round: string
  readonly pass: Pass
}

function passesOf({ name, first, later }: ChainResult): readonly NamedPass[] {
  const shown = visible(name)
  return [
    { name: shown, round: 'first', pass: first },
    ...(later === undefined ? [] : [{ name: shown, round: 'later', pass: later }]),
  ]
}

function spreadCells(spread: Spread | undefined): readonly [string, string] {
  return spread === undefined ? ['-', '-'] : [durationInWords(spread.p50), durationInWords(spread.p95)]
}

function costCells({ requests, connections, bytes, marked, hits, asked, answered, wallMs }: Pass): readonly string[] {
  return [
    ...[String(requests), String(connections), sizeInWords(bytes)],
    marked === 0 ? '-' : `${hits} of ${marked}`,
    asked === answered ? '0' : `${asked - answered} of ${asked}`,
    durationInWords(wallMs),
  ]
}

function ratioTable(chains: readonly ChainResult[]): readonly Table[] {
  const rows = chains.flatMap(({ name, ratios }) => {
    const row = (round: string, of: Ratios | undefined) =>
      of === undefined ? [] : [[visible(name), round, ratioInWords(of.firstByte), ratioInWords(of.total)]]
    return [...row('first', ratios?.first), ...row('later', ratios?.later)]
  })
  if (rows.length === 0) return []
  const title = `Held against ${visible(chains[0]!.name)}`
  return [{ title, head: ['chain', 'round', 'first byte p50', 'all files'], rows }]
}

/** `0.42x`, and between which values the rounds were, where there was more than one. */
function ratioInWords({ median, samples }: Ratio): string {
  const short = (value: number) => String(Number(value.toPrecision(3)))
  const [least, most] = [Math.min(...samples), Math.max(...samples)]
  return `${short(median)}x${samples.length > 1 ? ` (${short(least)} to ${short(most)})` : ''}`
}

function failureNotes({ name, first, later }: ChainResult): readonly string[] {
  const known = new Map<string, { readonly count: number; readonly example: string }>()
  for (const { code, count, example } of [...first.failures, ...(later?.failures ?? [])]) {
    const before = known.get(code)
    known.set(code, { count: count + (before?.count ?? 0), example: before?.example ?? example })
  }
  const notes = [...known].map(
    ([code, { count, example }]) =>
      `${visible(name)} failed ${count === 1 ? 'once' : `${count} times`} with ${code}: ${visible(example)}`,
  )
  const isGivenUp = first.answered === 0
  return isGivenUp ? [...notes, `${visible(name)} answered nothing, and was asked in one round only.`] : notes
}
