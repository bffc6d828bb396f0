/**
 * The planner against the real go: random settings, modules and misbehaving places, all on the loopback. Who is asked for what, in
 * which order, and how it ends have to be the same; where they differ, the planner is wrong.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { unescapePath } from '@modgate/gomod/module'
import fc from 'fast-check'
import type { FetchSettings } from '../packages/modgate/src/policy/fetch-settings.ts'
import { planRoute, matchingPattern } from '../packages/modgate/src/policy/route.ts'
import {
  simulate,
  type PlaceAnswer,
  type PlaceRequest,
  type Simulation,
} from '../packages/modgate/src/policy/requests.ts'
import { requireComponent } from './harness/components.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { plannerCases, versionOf, type PlannerCase, type Settings } from './harness/recording-cases.ts'
import type { Recorded } from './harness/recording-places.ts'
import { recordingProxies, type RecordingProxies } from './harness/recording-proxies.ts'
import { errorText, nameOf, outcomeText, requestName } from './harness/recording-verdict.ts'
import { testSeed } from './harness/seeded.ts'

const runs = Number(process.env['MODGATE_PLANNER_RUNS'] ?? 112)
const modulesARun = 18
const seed = testSeed(20261122)

test('the planner foresees every request and every outcome of the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (!toolchain) return
  const proxies = await recordingProxies(t)
  const client = await goClient(t, { toolchain, proxy: 'off', sumdb: 'off' })
  const differences: string[] = []
  let compared = 0
  for (const sample of fc.sample(plannerCases(modulesARun), { numRuns: runs, seed })) {
    const found = await observed(client, proxies, sample)
    const foreseen = expected(proxies, sample)
    differences.push(...differencesOf(sample, found, foreseen))
    compared += sample.modules.length
  }
  assert.equal(compared, runs * modulesARun)
  assert.equal(differences.slice(0, 5).join('\n\n'), '', `${differences.length} differences; MODGATE_TEST_SEED=${seed}`)
})

/** One text for each module, and for the whole run, where the two sides differ. */
function differencesOf(sample: PlannerCase, found: Verdict, foreseen: Verdict): readonly string[] {
  const story = (what: string, told: unknown, real: unknown) =>
    [what, JSON.stringify(sample.settings), `planner ${JSON.stringify(told)}`, `real go ${JSON.stringify(real)}`].join(
      '\n',
    )
  const modules = sample.modules
    .filter((module) => !isDeepStrictEqual(found.modules[module], foreseen.modules[module]))
    .map((module) => {
      const places = JSON.stringify(behaviours(sample, module))
      return story(`${module} with ${places}`, foreseen.modules[module], found.modules[module])
    })
  const whole = (['tunnels', 'relays'] as const)
    .filter((name) => !isDeepStrictEqual(found[name], foreseen[name]))
    .map((name) => story(name, foreseen[name], found[name]))
  return [...modules, ...whole]
}

/** What both sides say, in the same form. */
interface Verdict {
  /** By path: the requests in order, and the end. */
  readonly modules: Readonly<Record<string, { readonly requests: readonly string[]; readonly outcome: string }>>
  /** Hosts that tunnels were asked for, and hosts that were asked without encryption. */
  readonly tunnels: readonly string[]
  /** Who was asked for the way to the database. */
  readonly relays: readonly string[]
}

async function observed(client: GoClient, proxies: RecordingProxies, sample: PlannerCase): Promise<Verdict> {
  await client.forget()
  proxies.become(sample)
  proxies.take()
  const args = sample.modules.map((module) => `${module}@${versionOf(module)}`)
  const { stdout, stderr } = await client.run(
    ['mod', 'download', '-json', ...args],
    environment(sample.settings, proxies),
  )
  const records = proxies.take()
  const printed = JSON.parse(`[${stdout.replaceAll(/^\}\n(?=\{)/gm, '},')}]`) as { Path: string; Error?: string }[]
  const modules = sample.modules.map((module) => {
    const output = printed.find(({ Path }) => Path === module)
    const outcome = output ? errorText(output.Error, proxies) : `not printed: ${stderr}`
    return [module, { requests: requestsOf(records, module), outcome }]
  })
  return {
    modules: Object.fromEntries(modules) as Verdict['modules'],
    tunnels: distinct(
      records
        .filter(({ place }) => place === 'tunnel' || place === 'http')
        .map(({ place, path }) => `${place} ${path}`),
    ).toSorted(),
    relays: distinct(records.filter(({ path }) => path.endsWith('/supported')).map(({ place }) => place)),
  }
}

function requestsOf(records: readonly Recorded[], module: string): readonly string[] {
  return distinct(
    records.flatMap(({ place, path }) => {
      const [, escaped = '', file] = /^(?:\/base)?\/(.+)\/@v\/[^/]+\.(info|mod|zip)$/.exec(path) ?? []
      if (file !== undefined) return unescapePath(escaped) === module ? [`${place} ${file}`] : []
      const [, looked = ''] = /\/lookup\/(.+)@[^@]+$/.exec(path) ?? []
      return looked !== '' && unescapePath(looked) === module ? [`${place} lookup`] : []
    }),
  )
}

function expected(proxies: RecordingProxies, sample: PlannerCase): Verdict {
  const settings = settingsOf(sample.settings, proxies)
  const stories = sample.modules.map((module) => ({
    module,
    ...simulate(settings, module, placesOf(sample, module, proxies)),
  }))
  const modules = stories.map((story) => [
    story.module,
    { requests: visible(story, settings, proxies), outcome: outcomeText(story.outcome, proxies) },
  ])
  const relays = stories.flatMap(({ requests }) => requests.filter(({ file }) => file === 'supported'))
  return {
    modules: Object.fromEntries(modules) as Verdict['modules'],
    tunnels: distinct(stories.flatMap((story) => tunnelsOf(story, settings))).toSorted(),
    relays: distinct(relays.map(({ place }) => nameOf(place, proxies))).filter(
      (name) => name !== 'gone' && !name.startsWith('file'),
    ),
  }
}

/** Only what a server of the test can see: nobody listens at `gone`, and a tunnel shows no path. */
function visible({ requests }: Simulation, { GOSUMDB }: FetchSettings, proxies: RecordingProxies): readonly string[] {
  const names = requests
    .filter(
      ({ place, file }) =>
        file !== 'supported' && place !== 'direct' && (place !== 'database' || GOSUMDB.includes(' http:')),
    )
    .map((request) => requestName(request, proxies))
    .filter((name) => !/^(gone|folder|http:)/.test(name))
  return distinct(names)
}

function tunnelsOf({ module, requests }: Simulation & { module: string }, settings: FetchSettings): readonly string[] {
  const host = module.split('/')[0]!
  const { checksum } = planRoute(settings, module)
  return requests.flatMap(({ place }) => {
    if (place === 'direct' && host !== 'github.com' && matchingPattern(settings.GOINSECURE, module) !== undefined) {
      return [`tunnel ${host}`, `http ${host}`]
    }
    if (place === 'direct') return [`tunnel ${host}`]
    if (place !== 'database' || checksum.kind !== 'asked' || checksum.url?.startsWith('http:')) return []
    return [`tunnel ${checksum.url === undefined ? checksum.name : new URL(checksum.url).host}`]
  })
}

function placesOf(
  sample: PlannerCase,
  module: string,
  proxies: RecordingProxies,
): (request: PlaceRequest) => PlaceAnswer {
  const known = sample.settings.GOSUMDB.startsWith('{key}')
  return (request) => {
    const name = nameOf(request.place, proxies)
    if (name === 'direct') return 404
    if (name === 'gone') return 'refused'
    if (name === 'folder') return 404
    if (name === 'database' && !sample.settings.GOSUMDB.includes('{database}')) return 'refused'
    const behaviour = sample.places[name as 'p1']
    if (request.file === 'lookup') return known ? behaviour.lookup : 404
    if (request.file === 'supported') return behaviour.supported
    return behaviours(sample, module)[name as 'p1'][request.file]
  }
}

function behaviours({ modules, places }: PlannerCase, module: string) {
  const at = modules.indexOf(module)
  const of = ({ content }: PlannerCase['places']['p1']) => content[at % content.length]!
  return { p1: of(places.p1), p2: of(places.p2), p3: of(places.p3), database: of(places.database) }
}

function settingsOf(settings: Settings, proxies: RecordingProxies): FetchSettings {
  const { GOPROXY, GOPRIVATE, GONOPROXY, GOSUMDB, GONOSUMDB, GOINSECURE, GOVCS } = resolved(settings, proxies)
  const rest = { GOVCS, GOAUTH: 'netrc', GOFLAGS: '', GOTOOLCHAIN: 'local', GO111MODULE: '' }
  return {
    ...{ GOPROXY, GOPRIVATE, GOSUMDB, GOINSECURE, ...rest },
    GONOPROXY: GONOPROXY || GOPRIVATE,
    GONOSUMDB: GONOSUMDB || GOPRIVATE,
  }
}

function environment(settings: Settings, proxies: RecordingProxies): Record<string, string> {
  const tunnel = {
    HTTPS_PROXY: proxies.tunnel,
    https_proxy: proxies.tunnel,
    HTTP_PROXY: proxies.tunnel,
    http_proxy: proxies.tunnel,
  }
  const git = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ALLOW_PROTOCOL: 'https:http' }
  return { ...resolved(settings, proxies), ...tunnel, ...git, GOAUTH: 'off' }
}

function resolved(settings: Settings, { urls, nowhere, key }: RecordingProxies): Settings {
  const words: Record<string, string> = { ...urls, gone: nowhere, key }
  const entries = Object.entries(settings).map(([name, value]: [string, string]) => [
    name,
    value.replaceAll(/\{(\w+)\}/g, (_, word: string) => words[word]!),
  ])
  return Object.fromEntries(entries) as Settings
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}
