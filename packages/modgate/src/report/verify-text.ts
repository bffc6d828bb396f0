/** What became of the lines of go.sum files, for people and for programs. */

import { counted } from '../core/counted.ts'
import { isVerified, type CheckedSum } from '../inspect/sums/sum-check.ts'
import type { Testimony, TestimonyKind } from '../inspect/sums/sum-witness.ts'

export interface VerifyReport {
  readonly files: readonly string[]
  /** Names of the witnesses. */
  readonly witnesses: readonly string[]
  readonly sums: readonly CheckedSum[]
}

const kinds: readonly TestimonyKind[] = ['verified', 'mismatch', 'missing', 'untrusted', 'unreachable', 'unasked']

export function verifyText({ files, witnesses, sums }: VerifyReport): string {
  const lines = sums.flatMap((sum) =>
    sum.testimonies.flatMap((testimony, i) => {
      const words = problemInWords(sum, testimony, witnesses[i]!)
      return words === undefined ? [] : [`${placeOf(sum)}: ${words}`]
    }),
  )
  lines.push(`${counted(sums.length, 'line')} of ${files.join(', ')}`)
  for (const [i, name] of witnesses.entries()) lines.push(`  ${name}: ${countsInWords(countsOf(sums, i))}`)
  const unasked = sums.filter(({ testimonies }) => testimonies.every(({ kind }) => kind === 'unasked'))
  if (unasked[0]) {
    const [said] = unasked[0].testimonies
    const why = said && 'why' in said ? said.why : ''
    lines.push(
      `${counted(unasked.length, 'line')} ${unasked.length === 1 ? 'was' : 'were'} verified by nobody, the first of them ${placeOf(unasked[0])}: ${plain(why)}`,
    )
    lines.push('  next: name the gate whose log has them with --gate URL --key VERIFIER')
  }
  if (sums.every(isVerified)) lines.push('all agree')
  return lines.join('\n')
}

export function verifyJson({ files, witnesses, sums }: VerifyReport): object {
  const problems = sums.flatMap(({ testimonies, ...sum }) =>
    testimonies.flatMap((testimony, i) =>
      testimony.kind === 'verified' ? [] : [{ ...sum, witness: witnesses[i], ...withRecorded(testimony) }],
    ),
  )
  return {
    agree: sums.every(isVerified),
    files,
    lines: sums.length,
    witnesses: witnesses.map((name, i) => ({ name, ...countsOf(sums, i) })),
    problems,
  }
}

function withRecorded(testimony: Testimony): object {
  return testimony.kind === 'mismatch' ? { kind: testimony.kind, recorded: testimony.h1 } : testimony
}

const placeOf = ({ file, line, path, version, goMod }: CheckedSum): string =>
  plain(`${file}:${line}: ${path} ${version}${goMod ? '/go.mod' : ''}`)

function problemInWords({ h1 }: CheckedSum, testimony: Testimony, witness: string): string | undefined {
  switch (testimony.kind) {
    case 'verified':
    case 'unasked':
      return undefined
    case 'mismatch':
      return `mismatch: ${plain(h1)} here, ${testimony.h1} in ${witness}`
    default:
      return `${testimony.kind}: ${witness}: ${plain(testimony.why)}`
  }
}

type Counts = Readonly<Record<TestimonyKind, number>>

function countsOf(sums: readonly CheckedSum[], witness: number): Counts {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<TestimonyKind, number>
  for (const { testimonies } of sums) counts[testimonies[witness]!.kind]++
  return counts
}

const countsInWords = (counts: Counts): string =>
  kinds.flatMap((kind) => (counts[kind] > 0 || kind === 'verified' ? [`${counts[kind]} ${kind}`] : [])).join(', ')

/** A go.sum may hold what a terminal acts on. */
const plain = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?')
