/** The hashes of a module version side by side, and what is wrong with them, for a person at a terminal. */

import type { FileDifference } from '../inspect/mismatch/file-difference.ts'
import { witnesses, type Heard, type Testimony } from '../inspect/mismatch/testimony.ts'
import type { Verdict } from '../inspect/mismatch/verdict.ts'
import { verdictWords, type VerdictWords } from '../inspect/mismatch/verdict-words.ts'

export interface MismatchReport {
  readonly path: string
  readonly version: string
  readonly testimonies: readonly Testimony[]
  readonly verdict: Verdict
  /** The believed archive against a suspect's, where both are at hand. */
  readonly difference?: ComparedFiles
  /** A command that removes what is cached of this version alone. */
  readonly remove: string
}

export interface ComparedFiles extends FileDifference {
  /** Whose archives. */
  readonly first: string
  readonly second: string
}

/** How many files of a kind are named; the rest is a number. */
const maxNamed = 8

/** Cause first, then the proof, the next command last. */
export function mismatchText(report: MismatchReport): string {
  const words = filledWords(report)
  return [
    `${report.path}@${report.version}: ${words.title}`,
    '',
    words.meaning,
    ...(words.not === undefined ? [] : [`Not so: ${words.not}.`]),
    '',
    ...testimonyLines(report),
    ...(report.difference ? ['', ...differenceLines(report.difference)] : []),
    '',
    ...words.fix.map((step) => `  fix:   ${step}`),
    `  proof: ${words.proof}`,
  ].join('\n')
}

/** The words of the verdict, about this module. */
export function filledWords({ verdict, path, version, remove }: MismatchReport): VerdictWords {
  const { title, meaning, not, fix, proof } = verdictWords[verdict.class]
  const values: Readonly<Record<string, string>> = {
    module: `${path}@${version}`,
    path,
    version,
    remove,
  }
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all)
  return {
    ...{ title: fill(title), meaning: fill(meaning), fix: fix.map(fill), proof: fill(proof) },
    ...(not === undefined ? {} : { not: fill(not) }),
  }
}

function testimonyLines({ testimonies, verdict }: MismatchReport): readonly string[] {
  const shown = (testimony: Testimony) => (verdict.of === 'zip' ? testimony.zip : testimony.goMod)
  const sorted = [...testimonies].sort((a, b) => witnesses.indexOf(a.witness) - witnesses.indexOf(b.witness))
  const rows = sorted.filter((each) => verdict.of === 'zip' || shown(each).kind !== 'absent')
  return [
    `What the ${verdict.of} hashes to:`,
    ...rows.map(
      (each) => `  ${mark(each, verdict)} ${each.witness.padEnd(9)} ${said(shown(each))}\n      ${each.place}`,
    ),
  ]
}

function mark(testimony: Testimony, { of, believed, suspects }: Verdict): string {
  const heard = of === 'zip' ? testimony.zip : testimony.goMod
  if (suspects.includes(testimony)) return '✗'
  return heard.kind === 'h1' && heard.h1 === believed ? '✓' : '·'
}

function said(heard: Heard): string {
  return heard.kind === 'h1' ? heard.h1 : `${heard.kind === 'unknown' ? 'not known: ' : ''}${heard.why}`
}

function differenceLines({ first, second, onlyFirst, onlySecond, changed, same }: ComparedFiles): readonly string[] {
  const changes = changed.map(({ name, firstSize, secondSize, lineEndsOnly }) =>
    lineEndsOnly ? `${name} (line ends alone)` : `${name} (${firstSize} and ${secondSize} bytes)`,
  )
  return [
    `Files of ${first} (a) and ${second} (b): ${same} are the same`,
    ...named('changed', changes),
    ...named('only in a', onlyFirst),
    ...named('only in b', onlySecond),
  ]
}

function named(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return []
  const more = names.length > maxNamed ? [`    and ${names.length - maxNamed} more`] : []
  return [`  ${what}:`, ...names.slice(0, maxNamed).map((name) => `    ${visible(name)}`), ...more]
}

/** Names out of a stranger's zip may hold control characters. */
function visible(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}
