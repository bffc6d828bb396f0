/** Do the settings for private modules agree with each other, with the proxies, and with who needs credentials where? */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { deadPattern } from '../../policy/pattern-repair.ts'
import { overreach } from '../../policy/pattern-reach.ts'
import { isPublicForge } from '../../policy/public-forges.ts'
import { planRoute, type Route } from '../../policy/route.ts'
import { fetchSettingsOf, type GoEnvironment } from '../evidence/go-environment.ts'
import type { Check, Found } from '../finding.ts'
import type { DoctorEvidence } from './evidence.ts'
import { hostOf, isPublicProxy, proxiesOf } from './proxy-list.ts'
import { few, isSet, placeOf, setting, writing } from './setting-words.ts'

export const privateRouteChecks: readonly Check<DoctorEvidence>[] = [
  {
    id: 'MG0305',
    group: 'Private modules',
    claim: 'Private modules are asked of the private proxy, where there is one',
    explanation:
      'GOPRIVATE is the default of GONOPROXY: what it covers is fetched from its own host, and no proxy is asked, not even one of your own that ' +
      'could serve it. GONOPROXY=none keeps GOPRIVATE for the checksum database alone.',
    find: ({ go }) => unreachableGate(go),
  },
  {
    id: 'MG0306',
    group: 'Private modules',
    claim: 'What GONOPROXY covers is not asked of the public checksum database',
    explanation:
      'GONOPROXY alone keeps modules from the proxies, but their names still go to the public checksum database, which does not know them: the ' +
      'download ends with 404 Not Found of a lookup. GOPRIVATE sets both.',
    find: ({ go }) => askedOfTheDatabase(go),
  },
  {
    id: 'MG0307',
    group: 'Private modules',
    claim: 'What GONOSUMDB covers is not asked of a public proxy',
    explanation:
      'GONOSUMDB alone keeps names from the checksum database, but the public proxy is still asked for those modules first.',
    find: ({ go }) => askedOfTheProxy(go),
  },
  {
    id: 'MG0308',
    group: 'Private modules',
    claim: 'GOINSECURE has an effect',
    explanation:
      'GOINSECURE lets modules that are fetched from their own host come over plain http or with any certificate. It changes nothing for ' +
      'proxies, whose certificate is always checked, and nothing for the checksum database.',
    find: ({ go }) => withoutEffect(go),
  },
  {
    id: 'MG0311',
    group: 'Private modules',
    claim: 'No private name of go.mod goes to a public proxy',
    explanation:
      'Whoever is asked for a module learns its name and version. A module of an internal host, or of the host of the project itself, that no ' +
      'private pattern covers is asked of the first proxy of the list.',
    find: (evidence) => leaks(evidence),
  },
]

/** A module path that a pattern matches, to see where it would go. */
function sampleOf(pattern: string): string | undefined {
  const path = pattern.replace(/\/$/, '').replace(/[*?]/g, 'x')
  return matchPrefixPatterns(pattern, path) ? path : undefined
}

function useful(list: string): readonly { readonly pattern: string; readonly route: (go: GoEnvironment) => Route }[] {
  return list.split(',').flatMap((pattern) => {
    const path = sampleOf(pattern)
    if (path === undefined || deadPattern(pattern)) return []
    return [{ pattern, route: (go: GoEnvironment) => planRoute(fetchSettingsOf(go), path) }]
  })
}

function unreachableGate(go: GoEnvironment): readonly Found[] | undefined {
  const entries = proxiesOf(go)
  const variable = go.variables.get('GONOPROXY')
  if (entries === undefined) return undefined
  const gates = entries.flatMap((entry) => hostOf(entry) ?? []).filter((host) => !isPublicProxy(go, host))
  if (variable?.inheritedFrom === undefined || gates.length === 0 || useful(variable.value).length === 0) return []
  return [
    {
      severity: 'warning',
      title: `${few(gates)} is never asked for what GOPRIVATE covers (${variable.value})`,
      detail:
        'Those modules are fetched from their own hosts. If the proxy serves them, say that no module goes past it.',
      evidence: [placeOf(variable), placeOf(go.variables.get('GOPROXY')!)],
      fix: writing('Set GONOPROXY to a word that matches nothing.', go.variables.get('GONOPROXY')!, 'none'),
      limits: `that ${gates[0]!} serves private modules`,
    },
  ]
}

function askedOfTheDatabase(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GONOPROXY')
  if (variable === undefined) return []
  const asked = useful(variable.value)
    .filter(({ route }) => {
      const { checksum, content } = route(go)
      return checksum.kind === 'asked' && checksum.name === 'sum.golang.org' && content.kind === 'direct'
    })
    .map(({ pattern }) => pattern)
  if (asked.length === 0) return []
  return [
    {
      severity: 'problem',
      title: `names of private modules go to sum.golang.org: GONOPROXY covers ${few(asked)}, and GONOSUMDB does not`,
      detail: 'The database answers 404 for them, and then the download fails.',
      evidence: [placeOf(variable), placeOf(go.variables.get('GONOSUMDB')!)],
      fix: writing('Cover them in GONOSUMDB too.', go.variables.get('GONOSUMDB')!, joined(go, 'GONOSUMDB', asked)),
    },
  ]
}

function joined(go: GoEnvironment, name: string, more: readonly string[]): string {
  const list = (go.variables.get(name)?.value ?? '').split(',').filter((entry) => entry !== '' && entry !== 'none')
  return [...new Set([...list, ...more])].join(',')
}

function askedOfTheProxy(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GONOSUMDB')
  if (variable === undefined) return []
  const asked = useful(variable.value)
    .filter(({ pattern, route }) => overreach(pattern) === undefined && publicFirst(go, route(go)) !== undefined)
    .map(({ pattern }) => pattern)
  if (asked.length === 0) return []
  return [
    {
      severity: 'warning',
      title: `a public proxy is asked for what GONOSUMDB covers: ${few(asked)}`,
      evidence: [placeOf(variable), placeOf(go.variables.get('GONOPROXY')!)],
      fix: writing(
        'Cover it in GONOPROXY too, if it is private.',
        go.variables.get('GONOPROXY')!,
        joined(go, 'GONOPROXY', asked),
      ),
      limits: 'that these modules are private',
    },
  ]
}

/** The public proxy that a module is asked of before anybody else. */
function publicFirst(go: GoEnvironment, { content }: Route): string | undefined {
  const first = content.kind === 'list' ? content.hops[0] : undefined
  const host = first?.kind === 'proxy' ? hostOf(first) : undefined
  return host !== undefined && isPublicProxy(go, host) ? host : undefined
}

function withoutEffect(go: GoEnvironment): readonly Found[] {
  const variable = isSet(go, 'GOINSECURE')
  if (variable === undefined) return []
  const idle = useful(variable.value)
    .filter(({ route }) => !isDirect(route(go)))
    .map(({ pattern }) => pattern)
  if (idle.length === 0) return []
  return [
    {
      severity: 'warning',
      title: `GOINSECURE does nothing for ${few(idle)}: such modules are fetched from proxies only`,
      detail: 'The certificate of a proxy is always checked; a plain http proxy needs no permission.',
      evidence: [placeOf(variable), placeOf(go.variables.get('GOPROXY')!)],
      fix: setting('Take it out, and make the certificate one that this machine trusts.', variable, undefined),
    },
  ]
}

function isDirect({ content }: Route): boolean {
  return content.kind === 'direct' || (content.kind === 'list' && content.hops.some(({ kind }) => kind === 'direct'))
}

function leaks({ go, project }: DoctorEvidence): readonly Found[] | undefined {
  if (project?.mod === undefined) return undefined
  const own = project.mod.module?.path.split('/')[0] ?? ''
  const ownHost = own.includes('.') && !isPublicForge(own) ? own : undefined
  const replaced = new Set(project.mod.replace.map((replacement) => replacement.old.path))
  const told = project.mod.require.flatMap(({ path }) => {
    if (replaced.has(path)) return []
    const host = path.split('/')[0]!
    const isPrivate = host === ownHost || isInternalName(host)
    const proxy = isPrivate ? publicFirst(go, planRoute(fetchSettingsOf(go), path)) : undefined
    return proxy === undefined ? [] : [{ path, host, proxy }]
  })
  if (told.length === 0) return []
  const hosts = [...new Set(told.map(({ host }) => host))]
  return [
    {
      severity: 'warning',
      title: `${told[0]!.proxy} is told the names of modules that look private: ${few(told.map(({ path }) => path))}`,
      evidence: [{ place: `${project.directory}/go.mod` }, placeOf(go.variables.get('GOPROXY')!)],
      fix: writing('Name their hosts as private.', go.variables.get('GOPRIVATE')!, joined(go, 'GOPRIVATE', hosts)),
      limits: 'that they are private: their host looks so',
    },
  ]
}

/** Names that no public host has (RFC 2606, RFC 6762, RFC 8375) or that only companies use. */
function isInternalName(host: string): boolean {
  return /(^|\.)(internal|corp|local|lan|intranet|private|home|home\.arpa)$/.test(host)
}
