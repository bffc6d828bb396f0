/** Where do the modules in use really come from, and who learns their names? */

import { counted } from '../../core/counted.ts'
import { planRoute, type Route } from '../../policy/route.ts'
import { besideMod, type RepositoryModule } from '../evidence/repository.ts'
import type { Evidence } from '../finding.ts'
import { defaultProxy, type BuildEnvironment } from './environments.ts'
import type { AuditCheck, AuditEvidence, AuditFound } from './evidence.ts'
import { isInternalHost, privatePatterns, whyPrivate } from './private-names.ts'
import { fewNames, moduleNames, type UsedModule } from './used-modules.ts'
import { vendorDifferences } from './vendor-list.ts'

export const moduleChecks: readonly AuditCheck[] = [
  { id: 'MG0921', group: 'Private modules', claim: 'Names of private modules stay inside', find: leaks },
  {
    id: 'MG0922',
    group: 'Public modules',
    claim: 'No replace leads to somebody else, or out of the repository',
    find: replaced,
  },
  { id: 'MG0923', group: 'Public modules', claim: 'vendor agrees with go.mod', find: vendorOutOfStep },
  { id: 'MG0924', group: 'Verification', claim: 'Every build verifies the same modules', find: disagreement },
]

const sumSettings = ['GOSUMDB', 'GONOSUMDB', 'GOPRIVATE'] as const

function leaks({ environments, builds, used }: AuditEvidence): readonly AuditFound[] {
  const patterns = privatePatterns(environments)
  return builds.flatMap((build) => {
    if ([...sumSettings, 'GONOPROXY', 'GOPROXY'].some((name) => build.unknown.has(name))) return []
    const leaking = used.flatMap((module) => {
      const why = whyPrivate(module.path, patterns)
      const told = why === undefined ? [] : toldTo(planRoute(build.settings, module.path), module)
      return told.length === 0 ? [] : [{ module, why: why!, told }]
    })
    return leaking.length === 0 ? [] : [leak(build, leaking)]
  })
}

interface Leaking {
  readonly module: UsedModule
  readonly why: string
  readonly told: readonly string[]
}

/** Strangers that learn a module's name; a database is asked only for what go.sum does not have. */
function toldTo({ content, checksum }: Route, { pinned, modPinned }: UsedModule): readonly string[] {
  const asksProxy = content.kind === 'list' && content.hops[0]?.kind === 'proxy' && content.hops[0].url === defaultProxy
  const asksDatabase = checksum.kind === 'asked' && checksum.name === 'sum.golang.org' && !(pinned && modPinned)
  return [...(asksProxy ? ["Go's public proxy"] : []), ...(asksDatabase ? [checksum.name] : [])]
}

function leak(build: BuildEnvironment, leaking: readonly Leaking[]): AuditFound {
  const names = moduleNames(leaking.map(({ module }) => module))
  const [{ module, why }] = leaking as [Leaking]
  const strangers = [...new Set(leaking.flatMap(({ told }) => told))].join(' and ')
  const internal = leaking.some((one) => isInternalHost(one.module.path.split('/')[0]!))
  return {
    severity: internal ? 'problem' : 'warning',
    title: `${strangers} ${strangers.includes(' and ') ? 'learn' : 'learns'} the name of ${fewNames(names, 2)} (${build.name})`,
    detail: `${why}, and these settings do not know it. The build then fails at who cannot have it, or gets what somebody else published under the name.`,
    evidence: [
      { place: module.file, line: module.line, text: `${module.path} ${module.version}` },
      ...build.evidence('GONOSUMDB'),
      ...build.evidence('GOPROXY'),
    ],
    fix: { words: 'Give this build the private patterns as well.', commands: ['modgate ci-env'] },
    limits:
      'settings that come from outside of the repository, as those of a CI runner or of an organisation, are not seen',
    modules: names,
  }
}

function replaced({ repository }: AuditEvidence): readonly AuditFound[] {
  return repository.modules.flatMap((module) =>
    (module.mod?.replace ?? []).flatMap((replace): readonly AuditFound[] => {
      const { old, new: target, syntax } = replace
      const found = target.version === '' ? directoryReplace(module, target.path) : forkReplace(old.path, target.path)
      const evidence: readonly Evidence[] = [
        {
          place: besideMod(module, 'go.mod'),
          line: syntax.start.line,
          text: `${old.path} => ${target.path} ${target.version}`.trim(),
        },
      ]
      return found === undefined ? [] : [{ ...found, evidence, modules: [old.path] }]
    }),
  )
}

type Replaced = Pick<AuditFound, 'severity' | 'title' | 'detail' | 'fix'>

function directoryReplace({ directory }: RepositoryModule, path: string): Replaced | undefined {
  if (resolved(directory, path) !== undefined) return undefined
  return {
    severity: 'warning',
    title: `replace leads out of the repository, to ${path}`,
    detail: 'Whatever lies there on a machine is built, and nothing is verified; elsewhere the build fails.',
    fix: { words: 'Use go.work for work at two repositories at once, and keep it out of the repository.' },
  }
}

/** A directory relative to the repository; undefined outside of it. */
function resolved(from: string, path: string): string | undefined {
  if (/^([/\\]|[A-Za-z]:)/.test(path)) return undefined
  const parts = from === '' ? [] : from.split('/')
  for (const part of path.split(/[/\\]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (part !== '..' && part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}

function forkReplace(from: string, to: string): Replaced | undefined {
  if (from === to) return undefined
  const host = (path: string) => path.split('/')[0]!
  const elsewhere = host(from) !== host(to)
  return {
    severity: 'note',
    title: `${from} is replaced by ${to}${elsewhere ? ', on another host' : ''}`,
    detail: 'Fixes of the original reach nobody here; its owner is whom you trust now.',
    fix: { words: 'Write down why, and go back when the original has what is needed.' },
  }
}

function vendorOutOfStep({ repository }: AuditEvidence): readonly AuditFound[] {
  return repository.modules.flatMap((module) => {
    const differences = vendorDifferences(module)
    if (differences.length === 0) return []
    const file = besideMod(module, 'vendor/modules.txt')
    return [
      {
        severity: 'problem',
        title: `${file} does not agree with go.mod: ${differences[0]!}`,
        ...(differences.length > 1 && { detail: `and ${differences.length - 1} more` }),
        evidence: [
          { place: file, line: 1 },
          { place: besideMod(module, 'go.mod'), line: 1 },
        ],
        fix: { words: 'Make it anew.', commands: ['go mod vendor'] },
        limits: 'that the vendored files are those of the modules; go mod vendor and git diff tell',
      },
    ]
  })
}

function disagreement({ builds, used }: AuditEvidence): readonly AuditFound[] {
  const known = builds.filter(({ unknown }) => !sumSettings.some((name) => unknown.has(name)))
  const differing = used.filter(({ path }) => new Set(known.map((build) => witness(build, path))).size > 1)
  if (differing.length === 0) return []
  const { path } = differing[0]!
  const byWitness = Map.groupBy(known, (build) => witness(build, path))
  const names = moduleNames(differing)
  const sides = [...byWitness].map(([who, [build]]) => `${who} (${build!.name})`)
  return [
    {
      severity: 'warning',
      title: `${counted(names.length, 'module')} ${names.length === 1 ? 'is' : 'are'} verified in one build and not in another: ${fewNames(names, 2)}`,
      detail: `${path}: ${sides.join('; ')}.`,
      evidence: [...byWitness.values()].flatMap(([build]) =>
        sumSettings.slice(0, 2).flatMap((name) => build!.evidence(name)),
      ),
      fix: { words: 'Give all builds the same settings.', commands: ['modgate policy'] },
      modules: names,
    },
  ]
}

function witness({ settings }: BuildEnvironment, path: string): string {
  const { checksum } = planRoute(settings, path)
  if (checksum.kind === 'asked') return `${checksum.name} is asked`
  return checksum.kind === 'skipped' ? 'nobody is asked' : 'the go command refuses'
}
