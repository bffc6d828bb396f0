/** Is what is downloaded verified, by whom, and for which modules? */

import { KNOWN_DATABASES, parseSumdb, SettingError } from '@modgate/gomod/goenv'
import { exempts } from '../../policy/exempts.ts'
import { overreach } from '../../policy/pattern-reach.ts'
import { planRoute } from '../../policy/route.ts'
import { fetchSettingsOf, type GoEnvironment } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { isSet, placeOf, setting, writing } from './setting-words.ts'

export const verificationChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0401',
    group: 'Verification',
    claim: 'A checksum database is asked',
    explanation:
      'With GOSUMDB=off nobody is asked what a new module version must hash to: the first answer is believed and written into go.sum. go.sum itself is ' +
      'still checked. go env -w makes it permanent, for every project of this user; for one command, write it in front of the command.',
    find: ({ go }) => databaseOff(go),
  },
  {
    id: 'MG0402',
    group: 'Verification',
    claim: 'Public modules are verified',
    explanation:
      'A pattern as * in GONOSUMDB, or in GOPRIVATE, which is its default, takes every module out of the verification by the checksum database.',
    find: ({ go }) => everythingSkipped(go),
  },
  {
    id: 'MG0403',
    group: 'Verification',
    claim: 'GOSUMDB is one that the go command can read',
    explanation:
      'GOSUMDB is off, or the name of a database that go knows, or the whole key of another one (name+hash+key); after a space, a URL to reach it at. ' +
      'Anything else makes every download of a new module version fail.',
    find: ({ go }) => unreadable(go),
  },
  {
    id: 'MG0404',
    group: 'Verification',
    claim: 'A checksum database of your own is asked about your own modules',
    explanation:
      'GOPRIVATE is the default of GONOSUMDB: what it covers is not asked of any checksum database, also not of one that knows private modules, as ' +
      'the log of a gate does. The go command says nothing about it. Behind such a gate both belong away; GONOSUMDB=none overrules GOPRIVATE.',
    find: ({ go }) => ownDatabaseSkipped(go),
  },
]

function databaseOff(go: GoEnvironment): readonly Found[] | undefined {
  const variable = isSet(go, 'GOSUMDB')
  if (variable === undefined) return undefined
  if (variable.value !== 'off') return []
  const isForEver = variable.origin === 'go-env-file'
  return [
    {
      severity: 'problem',
      title: isForEver
        ? 'GOSUMDB=off for every project: go env -w wrote it, and it stays'
        : `GOSUMDB=off ${variable.place}: no checksum database is asked`,
      detail: 'New module versions are believed as they come. What go.sum has is still checked.',
      evidence: [placeOf(variable)],
      fix: setting('Take it away; put private prefixes into GOPRIVATE or GONOSUMDB.', variable, undefined),
    },
  ]
}

function everythingSkipped(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GONOSUMDB')
  if (variable === undefined) return []
  const all = variable.value.split(',').filter((pattern) => overreach(pattern)?.why.startsWith('matches every'))
  if (all.length === 0) return []
  return [
    {
      severity: 'problem',
      title: `no module is verified by a checksum database: ${variable.inheritedFrom ?? variable.name} has ${all[0]!}`,
      evidence: [placeOf(variable)],
      fix: {
        words: 'Name what is private instead: host, or host/owner on a public forge.',
        commands: ['modgate ci-env'],
      },
    },
  ]
}

function unreadable(go: GoEnvironment): readonly Found[] | undefined {
  const variable = isSet(go, 'GOSUMDB')
  if (variable === undefined) return undefined
  try {
    parseSumdb(variable.value)
    return []
  } catch (error) {
    if (!(error instanceof SettingError)) throw error
    const { words, value } = meantDatabase(variable.value)
    return [
      {
        severity: 'problem',
        title: `GOSUMDB cannot be read: ${error.message}`,
        detail: 'Every module version that go.sum does not have yet fails with this message.',
        evidence: [placeOf(variable)],
        fix: setting(words, variable, value),
      },
    ]
  }
}

function meantDatabase(value: string): { readonly words: string; readonly value: string | undefined } {
  const bare = value.trim().replace(/^["']|["']$/g, '')
  const name = /^[^+\s]*/.exec(bare)![0]
  if (isReadable(bare)) return { words: 'Take the quotation marks and the spaces around it away.', value: bare }
  if (/^off$/i.test(bare)) return { words: 'Write off in small letters.', value: 'off' }
  const mirror = /^[^+\s]+\+(https?:.*)$/.exec(bare)?.[1]
  const known = KNOWN_DATABASES.has(name)
  if (known && mirror !== undefined)
    return { words: 'Put a space between the name and the URL.', value: `${name} ${mirror}` }
  if (known) return { words: `Write ${name} alone: go knows its key.`, value: name }
  return {
    words: bare.includes('+')
      ? 'The key is not whole: copy it again, name+hash+key, in quotes.'
      : `${name} is no database that go knows: give its whole key, name+hash+key.`,
    value: undefined,
  }
}

function isReadable(value: string): boolean {
  try {
    return parseSumdb(value).kind === 'database'
  } catch {
    return false
  }
}

function ownDatabaseSkipped(go: GoEnvironment): readonly Found[] {
  const variable = go.variables.get('GONOSUMDB')
  const database = planRoute({ ...fetchSettingsOf(go), GONOSUMDB: '' }, 'example.com/any').checksum
  if (variable === undefined || database.kind !== 'asked' || KNOWN_DATABASES.has(database.name)) return []
  if (!exempts(variable.value)) return []
  return [
    {
      severity: 'warning',
      title: `${database.name} is not asked about what ${variable.inheritedFrom ?? 'GONOSUMDB'} covers (${variable.value})`,
      detail:
        'These modules are believed as they come, without a word. Behind a gate whose log has them nothing need be exempt.',
      evidence: [placeOf(variable), { place: `GOSUMDB ${go.variables.get('GOSUMDB')!.place}` }],
      fix: writing('Set GONOSUMDB to a word that matches nothing.', variable, 'none'),
      limits: `that ${database.name} knows private modules`,
    },
  ]
}
