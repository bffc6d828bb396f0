/** The table of a proof, and what it means. */

import type { Proof, ProofCell, ProvedRow } from '../inspect/audit/proof.ts'
import { visible, type Paint } from './findings-paint.ts'
import { wrapped } from './findings-text.ts'

/** For a person at a terminal. */
export function proofText({ goVersion, rows }: Proof, paint: Paint): string {
  const width = Math.min(44, Math.max(...rows.map(({ name }) => visible(name).length))) + 2
  const line = (row: ProvedRow) =>
    `  ${visible(row.name)
      .slice(0, width - 2)
      .padEnd(width)}${cell(row.withHash, paint)}${cell(row.withoutHash, paint)}`.trimEnd()
  const known = rows.filter(({ own }) => own === undefined)
  const own = rows.filter((row) => row.own !== undefined)
  return [
    `A proxy on loopback served a tampered zip, a checksum database told the truth; ${goVersion} decided.`,
    [
      paint('heading', `  ${'settings'.padEnd(width)}${'go.sum has the hash'.padEnd(columns)}go.sum lacks it`),
      ...known.map(line),
    ].join('\n'),
    ...(own.length > 0
      ? [
          [
            paint('heading', '  settings of this repository'),
            ...own.flatMap((row) => [line(row), ownLine(row, paint)]),
          ].join('\n'),
        ]
      : []),
    meaning(rows),
  ].join('\n\n')
}

const columns = 26

function cell({ verdict, by }: ProofCell, paint: Paint): string {
  if (verdict === 'accepted') return paint('problem', 'ACCEPTED'.padEnd(columns))
  if (verdict === 'failed') return paint('warning', 'did not come to it'.padEnd(columns))
  return paint('good', `refused by ${by === 'go.sum' ? 'go.sum' : 'the database'}`.padEnd(columns))
}

function ownLine({ module, own }: ProvedRow, paint: Paint): string {
  const { place, pinned } = own!
  const state = pinned ? 'has its hash' : 'lacks its hash'
  return paint(
    'quiet',
    visible(`    ${module.path}@${module.version}, as in ${place}; go.sum ${state}`).replace(/^/, '    '),
  )
}

function meaning(rows: readonly ProvedRow[]): string {
  const known = rows.filter(({ own }) => own === undefined)
  const open = known.filter(({ withoutHash }) => withoutHash.verdict === 'accepted')
  const harmless = known.filter(
    ({ withoutHash, settings }) => withoutHash.verdict === 'refused' && !('GOPRIVATE' in settings),
  )
  const failed = rows.find(
    ({ withHash, withoutHash }) => withHash.verdict === 'failed' || withoutHash.verdict === 'failed',
  )
  const bad = rows.filter(ownCaseAccepted)
  const names = (some: readonly ProvedRow[]) => some.map(({ name }) => name).join(', ')
  const sentences = [
    ...(rows.every(({ withHash }) => withHash.verdict === 'refused')
      ? ['A hash in go.sum was compared whatever was set: nothing switches that off.']
      : []),
    ...(open.length > 0
      ? [`Where go.sum lacks it, ${names(open)} let the tampered zip in, and its hash is the truth from then on.`]
      : []),
    ...(harmless.length > 1 ? [`No difference to verification: ${names(harmless.slice(1))}.`] : []),
    ...(failed ? [`${failed.name}: ${failed.withoutHash.reason ?? failed.withHash.reason ?? ''}`] : []),
    ...(bad.length > 0
      ? [
          `The settings of this repository let it in for ${[...new Set(bad.map(({ module }) => module.path))].join(', ')}.`,
        ]
      : []),
  ]
  return [
    ...sentences.flatMap((sentence) => wrapped(visible(sentence), '  ')),
    '',
    '  next: modgate audit --verbose',
  ].join('\n')
}

/** Whether a repository's settings let the tampered zip in as its go.sum is now. */
export function ownCaseAccepted({ own, withHash, withoutHash }: ProvedRow): boolean {
  if (own === undefined) return false
  return (own.pinned ? withHash : withoutHash).verdict === 'accepted'
}
