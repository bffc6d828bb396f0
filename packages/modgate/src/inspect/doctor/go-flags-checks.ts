/** What does GOFLAGS do to every go command? */

import type { GoEnvironment } from '../evidence/go-environment.ts'
import { splitQuoted } from '../evidence/go-quoted.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { isSet, placeOf, setting } from './setting-words.ts'

export const goFlagsChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0106',
    group: 'Settings',
    claim: 'GOFLAGS is a list of flags that the go command can read',
    explanation:
      'Each word of GOFLAGS must be one flag with its value behind =, as -mod=vendor. A flag with spaces in its value stands in quotes as a ' +
      'whole. Anything else stops every go command except go env and go bug with "parsing $GOFLAGS".',
    find: ({ go }) => unreadable(go),
  },
  {
    id: 'MG0107',
    group: 'Settings',
    claim: 'GOFLAGS does not take the choice of modules away from go.mod',
    explanation:
      'Flags in GOFLAGS hold for all projects and all commands. -mod=vendor takes packages from the vendor directory and asks no proxy; -modfile ' +
      'puts another file in the place of go.mod, with a go.sum of its own.',
    find: ({ go }) => choices(go),
  },
]

/** The value of a flag in GOFLAGS, of the last one of that name; undefined where it is not there. */
export function goFlag(go: GoEnvironment, name: string): string | undefined {
  const words = splitQuoted(go.variables.get('GOFLAGS')?.value ?? '') ?? []
  const found = words.findLast((word) => word.replace(/^--?/, '').split('=')[0] === name)
  return found === undefined ? undefined : found.split('=').slice(1).join('=')
}

/** GOFLAGS without a flag. */
export function withoutFlag(value: string, name: string): string | undefined {
  const rest = (splitQuoted(value) ?? []).filter((word) => word.replace(/^--?/, '').split('=')[0] !== name)
  return rest.length === 0 ? undefined : rest.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ')
}

function unreadable(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GOFLAGS')
  if (variable === undefined) return []
  const evidence = [placeOf(variable)]
  const words = splitQuoted(variable.value)
  if (words === undefined) {
    const title = 'GOFLAGS cannot be read: a quotation mark is not closed'
    return [{ severity: 'problem', title, evidence, fix: { words: 'Close it: quotes stand around a whole flag.' } }]
  }
  return words
    .filter((word) => !/^--?[^-=]/.test(word))
    .map((word, at, all) => ({
      severity: 'problem',
      title: `GOFLAGS cannot be read: ${JSON.stringify(word)} is no flag`,
      evidence,
      fix: fixOf(variable.value, all[at]!),
    }))
}

function fixOf(value: string, word: string) {
  const joined = new RegExp(String.raw`(-[\w-]+)\s+(?=${word.replace(/[^\w]/g, String.raw`\$&`)})`).exec(value)?.[1]
  return {
    words:
      joined === undefined
        ? `Take ${JSON.stringify(word)} out.`
        : `Write ${joined}=${word}: in GOFLAGS a value stands behind =, and quotes stand around the whole flag.`,
  }
}

function choices(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GOFLAGS')
  if (variable === undefined) return []
  const found = (name: string, title: string): Found => ({
    severity: 'note',
    title,
    evidence: [placeOf(variable)],
    fix: setting('Give the flag to the one command that needs it.', variable, withoutFlag(variable.value, name)),
  })
  const modfile = goFlag(go, 'modfile')
  return [
    ...(goFlag(go, 'mod') === 'vendor'
      ? [found('mod', 'GOFLAGS has -mod=vendor: packages come from vendor directories, and no proxy is asked for them')]
      : []),
    ...(modfile === undefined ? [] : [found('modfile', `GOFLAGS has -modfile=${modfile}: it stands in for go.mod`)]),
  ]
}
