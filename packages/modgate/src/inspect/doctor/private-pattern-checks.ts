/** Do the entries of GOPRIVATE, GONOPROXY, GONOSUMDB and GOINSECURE match what they were written for? */

import { deadPattern } from '../../policy/pattern-repair.ts'
import { overreach } from '../../policy/pattern-reach.ts'
import { isPublicForge } from '../../policy/public-forges.ts'
import { matchingPattern } from '../../policy/route.ts'
import type { GoEnvironment, GoVariable } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { isSet, placeOf, setting } from './setting-words.ts'

export const privatePatternChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0301',
    group: 'Private modules',
    claim: 'Every private pattern can match a module',
    explanation:
      'The lists hold globs that are compared with the beginning of a module path, element by element, letter by letter. Spaces, schemes, ' +
      'ports, leading slashes and capitals in a host never match, and the go command says nothing about it: the module is then taken for a public one.',
    find: ({ go }) => entriesOf(go).flatMap(dead),
  },
  {
    id: 'MG0302',
    group: 'Private modules',
    claim: 'No private pattern stands in its list for nothing',
    explanation: 'A pattern covers everything below it, so that an entry below another one changes nothing.',
    find: ({ go }) => entriesOf(go).flatMap(covered),
  },
  {
    id: 'MG0303',
    group: 'Private modules',
    claim: 'No private pattern covers modules of strangers',
    explanation:
      'What the lists cover is fetched past the proxies, or not verified by the checksum database. A star crosses dots but not slashes: *corp.com ' +
      'also covers notcorp.com, github.com/org* also github.com/org-evil, and github.com everything there.',
    find: ({ go }) => entriesOf(go).flatMap(tooWide),
  },
  {
    id: 'MG0304',
    group: 'Private modules',
    claim: 'Private patterns cover the host that they name',
    explanation:
      'corp.com/* covers what is below corp.com/, neither a module corp.com itself nor a sub-domain. *.corp.com covers all sub-domains at any ' +
      'depth, and not corp.com. A plain corp.com covers corp.com and everything below it; corp.com,*.corp.com is the whole domain.',
    find: (evidence) => entriesOf(evidence.go).flatMap((entry) => tooNarrow(entry, evidence)),
  },
]

interface Entry {
  readonly variable: GoVariable
  readonly pattern: string
  readonly all: readonly string[]
}

/** Each entry of the lists that are set themselves: what GOPRIVATE lends is looked at there. */
function entriesOf(go: GoEnvironment): readonly Entry[] {
  return ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB', 'GOINSECURE'].flatMap((name) => {
    const variable = isSet(go, name)
    if (variable === undefined || variable.inheritedFrom !== undefined) return []
    const all = variable.value.split(',')
    return all.filter((pattern) => pattern !== '').map((pattern) => ({ variable, pattern, all }))
  })
}

/** The whole list with this entry replaced. What else in it is dead or too wide is mended too, so that no fix undoes another. */
function replaced({ variable, pattern, all }: Entry, by: readonly string[]): string | undefined {
  const kept = all.flatMap((entry) => (entry === pattern ? by : mended(entry))).filter((entry) => entry !== '')
  return kept.length === 0 && variable.origin !== 'environment' ? undefined : [...new Set(kept)].join(',')
}

function mended(entry: string): readonly string[] {
  return deadPattern(entry)?.meant ?? overreach(entry)?.instead?.split(',') ?? [entry]
}

function dead(entry: Entry): readonly Found[] {
  const { variable, pattern, all } = entry
  // A word alone that matches nothing is how one says: no module at all.
  if (all.length === 1 && pattern === 'none') return []
  const found = deadPattern(pattern)
  if (!found) return []
  const { flaws, meant } = found
  const words = meant.length === 0 ? 'Take it out, or write a path prefix.' : `Write ${meant.join(',')} in its place.`
  return [
    {
      severity: 'problem',
      title: `${variable.name}: ${JSON.stringify(pattern)} matches no module: it ${flaws[0]!}`,
      ...(flaws.length > 1 && { detail: `It also ${flaws.slice(1).join(', and it ')}.` }),
      evidence: [placeOf(variable)],
      fix: setting(words, variable, replaced(entry, meant)),
    },
  ]
}

function covered(entry: Entry): readonly Found[] {
  const { variable, pattern, all } = entry
  if (/[*?[\\]/.test(pattern) || deadPattern(pattern)) return []
  const others = all.filter((other, at) => (other === pattern ? at < all.lastIndexOf(pattern) : true))
  const by = matchingPattern(others.filter((other) => other !== pattern).join(','), pattern)
  if (by === undefined || by === '') return []
  return [
    {
      severity: 'note',
      title: `${variable.name}: ${pattern} changes nothing, ${by} covers it`,
      evidence: [placeOf(variable)],
      fix: setting(`Take ${pattern} out.`, variable, replaced(entry, [])),
    },
  ]
}

function tooWide(entry: Entry): readonly Found[] {
  const { variable, pattern } = entry
  const found = overreach(pattern)
  if (!found) return []
  const { stranger, why, instead } = found
  const consequence = {
    GOPRIVATE: 'is fetched past the proxies and not verified by the checksum database',
    GONOPROXY: 'is fetched past the proxies',
    GONOSUMDB: 'is not verified by the checksum database',
    GOINSECURE: 'may be fetched from its own host over plain http, or with any certificate',
  }[variable.name]
  return [
    {
      severity: variable.name === 'GONOPROXY' ? 'warning' : 'problem',
      title: `${variable.name}: ${pattern} is too wide: it ${why}`,
      detail: `So ${stranger} ${consequence}.`,
      evidence: [placeOf(variable)],
      fix:
        instead === undefined
          ? {
              words: 'Name the hosts, or host/owner on a public forge, that are your own.',
              commands: ['modgate ci-env'],
            }
          : setting(`Write ${instead}.`, variable, replaced(entry, instead.split(','))),
    },
  ]
}

function tooNarrow(entry: Entry, { project }: DoctorEvidence): readonly Found[] {
  const { variable, pattern, all } = entry
  const [, domain, below] = /^(?:\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(\/\*)?$/.exec(pattern) ?? []
  if (domain === undefined || isPublicForge(domain)) return []
  const required = (project?.mod?.require ?? []).map(({ path }) => path)
  const missed = required.filter((path) => isOf(path, domain) && matchingPattern(variable.value, path) === undefined)
  // Without a module that it misses, only the one form that nearly always is a mistake is worth a word.
  if (missed.length === 0 && (below === undefined || pattern.startsWith('*.') || all.includes(domain))) return []
  const example = missed[0] ?? domain
  const add = pattern.startsWith('*.') ? [pattern, domain] : [domain, ...(missed.length > 0 ? [`*.${domain}`] : [])]
  return [
    {
      severity: missed.length > 0 ? 'warning' : 'note',
      title: `${variable.name}: ${pattern} does not cover ${example}${missed.length > 0 ? ', which go.mod requires' : ' itself, nor any sub-domain'}`,
      evidence: [
        placeOf(variable),
        ...(missed.length > 0 ? [{ place: `${project!.directory}/go.mod`, text: example }] : []),
      ],
      fix: setting(`Write ${add.join(',')}.`, variable, replaced(entry, add)),
      limits: `that everything of ${domain} is private`,
    },
  ]
}

function isOf(path: string, domain: string): boolean {
  const [host = ''] = path.split('/')
  return host === domain || host.endsWith(`.${domain}`)
}
