/** Is every module vouched for by somebody else than who serves it? */

import { counted } from '../../core/counted.ts'
import { planRoute } from '../../policy/route.ts'
import type { Evidence } from '../finding.ts'
import type { BuildEnvironment } from './environments.ts'
import type { AuditCheck, AuditEvidence, AuditFound } from './evidence.ts'
import { isPublicModule, tooWideIn } from './private-names.ts'
import { fewNames, moduleNames, type UsedModule } from './used-modules.ts'

const outside =
  'settings that come from outside of the repository, as those of a CI runner or of an organisation, are not seen'

export const verificationChecks: readonly AuditCheck[] = [
  {
    id: 'MG0901',
    group: 'Verification',
    claim: 'No build runs with GOSUMDB=off',
    find: findSwitchedOff,
  },
  {
    id: 'MG0902',
    group: 'Verification',
    claim: 'Patterns that take modules out of verification keep to one owner',
    find: (evidence) => wideLists(evidence, false),
  },
  {
    id: 'MG0905',
    group: 'Verification',
    claim: 'No public module in use is hidden behind a private pattern',
    find: (evidence) => wideLists(evidence, true),
  },
  {
    id: 'MG0912',
    group: 'Verification',
    claim: 'go.sum has the hash of every module that no checksum database vouches for',
    find: trustedOnFirstUse,
  },
]

interface SettingAt {
  readonly environment: BuildEnvironment
  readonly places: readonly Evidence[]
}

/** The environments that a setting makes so, one for each place where it is written. */
export function bySetting(
  { environments }: AuditEvidence,
  name: string,
  holds: (environment: BuildEnvironment) => boolean,
): readonly SettingAt[] {
  const found = environments.filter((environment) => !environment.unknown.has(name) && holds(environment))
  const places = new Map<string, SettingAt>()
  for (const environment of found) {
    const evidence = environment.evidence(name)
    const key = JSON.stringify(evidence)
    if (evidence.length > 0 && !places.has(key)) places.set(key, { environment, places: evidence })
  }
  return [...places.values()]
}

/** One finding a file, and another for what reaches no further than a command. */
function findSwitchedOff(evidence: AuditEvidence): readonly AuditFound[] {
  const found = bySetting(evidence, 'GOSUMDB', ({ settings }) => settings.GOSUMDB === 'off')
  const groups = Map.groupBy(found, ({ environment: { file }, environment }) =>
    JSON.stringify([file, environment.reachOf('GOSUMDB') === 'command']),
  )
  return [...groups.values()].map((group) => {
    const places = group.flatMap((at) => at.places)
    return switchedOff({ environment: group[0]!.environment, places }, evidence)
  })
}

function switchedOff({ environment, places }: SettingAt, { used }: AuditEvidence): AuditFound {
  const affected = skippedIn(environment, used)
  const open = affected.filter(({ pinned }) => !pinned)
  const once = environment.reachOf('GOSUMDB') === 'command'
  return {
    severity: once && open.length === 0 ? 'warning' : 'problem',
    title: `GOSUMDB=off: nobody vouches for ${affectedInWords(affected)}${once ? ' in this command' : ''}`,
    detail: `${pinning(affected, open)} go.sum is still compared; what is missing there is believed as it comes.`,
    evidence: places,
    fix: {
      words: 'Remove it; name the private modules alone, so that the rest stays verified.',
      commands: ['modgate policy'],
    },
    limits: outside,
    modules: moduleNames(affected),
  }
}

function affectedInWords(modules: readonly UsedModule[]): string {
  const names = moduleNames(modules)
  return names.length === 0 ? 'new modules' : `${counted(names.length, 'module')} in use`
}

function pinning(affected: readonly UsedModule[], open: readonly UsedModule[]): string {
  if (affected.length === 0) return 'No module in use is affected yet, the next one will be.'
  if (open.length === 0) return 'All of them have their hash in go.sum; the next new version has not.'
  const names = moduleNames(open)
  return `Without a hash of the zip in go.sum: ${fewNames(names)}.`
}

/** The modules whose hashes nobody is asked for. */
function skippedIn({ settings }: BuildEnvironment, used: readonly UsedModule[]): readonly UsedModule[] {
  return used.filter(({ path }) => planRoute(settings, path).checksum.kind === 'skipped')
}

/** Findings of too wide patterns: those that hide public modules in use, or those that do not yet. */
function wideLists(evidence: AuditEvidence, hiding: boolean): readonly AuditFound[] {
  const isWide = ({ settings }: BuildEnvironment) => tooWideIn(settings.GONOSUMDB).length > 0
  return bySetting(evidence, 'GONOSUMDB', isWide).flatMap(({ environment, places }) =>
    tooWideIn(environment.settings.GONOSUMDB).flatMap(({ pattern, why }) => {
      const settings = { ...environment.settings, GONOSUMDB: pattern }
      const covered = skippedIn({ ...environment, settings }, evidence.used)
      const hidden = covered.filter(({ path }) => isPublicModule(path))
      if (hidden.length > 0 !== hiding) return []
      return [hiding ? hidesPublic(pattern, hidden, places) : reachesTooFar({ pattern, why, covered, places })]
    }),
  )
}

function hidesPublic(pattern: string, hidden: readonly UsedModule[], places: readonly Evidence[]): AuditFound {
  const names = moduleNames(hidden)
  return {
    severity: 'problem',
    title: `the pattern ${pattern} takes ${affectedInWords(hidden)} out of verification that are public by their host`,
    detail: `${fewNames(names)}. ${pinning(
      hidden,
      hidden.filter(({ pinned }) => !pinned),
    )}`,
    evidence: places,
    fix: narrow,
    limits: 'a module on a public forge can be private all the same; its path does not tell',
    modules: names,
  }
}

const narrow = {
  words: 'Name the owners that are private: host/owner, and the domain with and without *. in front.',
  commands: ['modgate ci-env'],
} as const

function reachesTooFar(wide: {
  readonly pattern: string
  readonly why: string
  readonly covered: readonly UsedModule[]
  readonly places: readonly Evidence[]
}): AuditFound {
  const { pattern, why, covered, places } = wide
  const names = moduleNames(covered)
  return {
    severity: pattern === '*' ? 'problem' : 'warning',
    title: `the pattern ${pattern} takes more out of verification than one owner has: ${why}`,
    detail: names.length > 0 ? `In use of what it covers: ${fewNames(names)}.` : 'No module in use is covered by it.',
    evidence: places,
    fix: narrow,
    limits: outside,
    modules: names,
  }
}

function trustedOnFirstUse({ repository, builds, used }: AuditEvidence): readonly AuditFound[] {
  // A missing go.sum is a finding of its own.
  const withSum = new Set(repository.modules.filter(({ sum }) => sum).map(({ directory }) => directory))
  const open = used.filter(({ pinned, file }) => !pinned && withSum.has(file.replace(/\/?go\.mod$/, '')))
  const skipped = builds
    .map((build) => ({ build, modules: skippedIn(build, open) }))
    .filter(({ modules }) => modules.length > 0)
  const names = moduleNames(skipped.flatMap(({ modules }) => modules))
  if (names.length === 0) return []
  return [
    {
      severity: 'warning',
      title: `${counted(names.length, 'module')} ${names.length === 1 ? 'is' : 'are'} believed at the first download: no hash in go.sum, and nobody is asked`,
      detail: `${fewNames(names)}. Whoever answers first decides what go.sum says from then on.`,
      evidence: skipped
        .flatMap(({ build }) => [...build.evidence('GONOSUMDB'), ...build.evidence('GOSUMDB')])
        .slice(0, 6),
      fix: {
        words: 'Write the hashes down once, from a place that you trust, and commit go.sum.',
        commands: ['go mod tidy'],
      },
      limits: 'a module of which no package is built is never downloaded, and needs no hash of its zip',
      modules: names,
    },
  ]
}
