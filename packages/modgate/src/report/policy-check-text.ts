/** Simulated ways of modules for a person at a terminal: what is otherwise than declared stands out, and first. */

import { styleText } from 'node:util'
import type { Writable } from 'node:stream'
import type { ModuleCheck } from '../policy/client-check.ts'

/** One module's way, and what the real go did where that was asked for. */
export interface CheckedModule extends ModuleCheck {
  readonly proof?: { readonly agrees: boolean; readonly asked: readonly string[] }
}

const shownAtMost = 15

/** A few lines a module, the wrong ones first, and the count. */
export function policyCheckText(rows: readonly CheckedModule[], stream: Writable): string {
  const sorted = [...rows].sort((a, b) => Number(isRight(a)) - Number(isRight(b)))
  const wrong = rows.filter((row) => !isRight(row)).length
  const shown = sorted.slice(0, Math.max(shownAtMost, Math.min(wrong, 100)))
  const rest = sorted.length - shown.length
  const count =
    wrong === 0
      ? `all ${rows.length} go where the declaration says`
      : `${wrong} of ${rows.length} go elsewhere than declared`
  return [
    ...shown.flatMap((row) => rowLines(row, stream)),
    ...(rest > 0 ? [`… and ${rest} more, all right`] : []),
    '',
    count,
    ...(wrong === 0 ? [] : ['', 'next: modgate policy prints the settings that lead where the declaration says']),
  ].join('\n')
}

/** Whether the simulation, and the real go where it was asked, agree with the declaration. */
export function isRight({ agrees, proof }: CheckedModule): boolean {
  return agrees && proof?.agrees !== false
}

function rowLines(row: CheckedModule, stream: Writable): readonly string[] {
  const { module, goes, behind, verified, seen, differences, proof } = row
  const word = isRight(row) ? styleText('green', 'ok   ', { stream }) : styleText('red', 'wrong', { stream })
  const way = [...goes, ...(behind === undefined ? [] : [`which has it from ${behind}`])].join(', ')
  return [
    `${word}  ${module} (${row.private ? 'private' : 'public'})`,
    `       goes to ${way}; verified by ${verified}; its name is seen by ${seen.join(', ') || 'nobody'}`,
    ...differences.map((difference) => `       ${styleText('red', 'but', { stream })} ${difference}`),
    ...(proof === undefined
      ? []
      : [`       go asked ${proof.asked.join(', then ') || 'nobody'}${proof.agrees ? '' : ': not what was expected'}`]),
  ]
}
