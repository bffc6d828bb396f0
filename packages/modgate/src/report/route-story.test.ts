import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEd25519VerifierKey } from '@modgate/gomod/note'
import { fetchSettingsOf, readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { testMachine } from '../config/test-machine.ts'
import { looksPrivate } from './route-disclosure.ts'
import { routeGraphText, routeGroups } from './route-graph.ts'
import { routeStory, type RouteEvidence, type RouteStory } from './route-story.ts'
import { routeText, summary } from './route-text.ts'

async function story(
  module: string,
  environment: Record<string, string>,
  more: Partial<RouteEvidence['credentials']> = {},
): Promise<RouteStory> {
  const known = await readGoEnvironment(
    testMachine({ environment: { GOSUMDB: 'sum.golang.org', GOENV: 'off', ...environment } }),
  )
  const git = { there: true, insteadOf: [], credentialHelpers: [], unchecked: [] }
  const credentials = { goauth: '', git, ...more }
  return routeStory({ module }, { settings: fetchSettingsOf(known), variables: known.variables, credentials })
}

test('each way has its own half sentence', async () => {
  const rows: readonly [environment: Record<string, string>, way: string][] = [
    [{ GOPROXY: 'direct' }, 'its own host; sum.golang.org vouches for it'],
    [
      { GOPROXY: 'https://p.example,direct', GOSUMDB: 'off' },
      'https://p.example, else its own host; nobody vouches for it',
    ],
    [{ GOPROXY: 'off' }, 'nowhere: GOPROXY=off, only the module cache is used'],
    [
      { GOPROXY: 'off', GONOPROXY: 'a.example' },
      'straight to its own host, past all proxies; sum.golang.org vouches for it',
    ],
    [{ GOPROXY: 'none' }, 'go stops before it asks anybody: invalid proxy URL missing scheme: none'],
  ]
  for (const [environment, way] of rows) assert.equal(summary(await story('a.example/b', environment)), way)
})

test('a log of a gate of its own is meant to know private modules, and GOPRIVATE is not advised', async () => {
  const GOSUMDB = newEd25519VerifierKey('gate.example', new Uint8Array(32).fill(7))
  const environment = { GOPROXY: 'https://gate.example', GOSUMDB }
  assert.doesNotMatch(routeText(await story('git.corp.test/lib', environment)), /looks private/)
  const list = { ...environment, GOPROXY: 'https://gate.example,https://b.example' }
  const text = routeText(await story('git.corp.test/lib', list))
  assert.match(
    text.replaceAll(/\s+/g, ' '),
    /take what comes behind the first proxy out of GOPROXY to keep it from b\.example/,
  )
  assert.match(
    routeText(await story('git.corp.test/lib', { GOPROXY: 'https://gate.example' })),
    /GOPRIVATE=git\.corp\.test would keep it/,
  )
})

test('where no file arrives, no database learns of it', async () => {
  for (const GOPROXY of ['off', 'none']) {
    const { disclosures, checksum } = await story('a.example/b', { GOPROXY })
    assert.deepEqual([disclosures, checksum.ways], [[], []], GOPROXY)
  }
})

test('netrc counts for https, and with its port', async () => {
  const entry = (machine: string) => ({ machine, line: 1, hasLogin: true, hasPassword: true })
  const rows: readonly [proxy: string, machine: string, goauth: string, what: string | undefined][] = [
    ['https://p.example', 'p.example', '', 'machine p.example of /n'],
    ['https://p.example:8443', 'p.example:8443', 'netrc', 'machine p.example:8443 of /n'],
    ['https://p.example:8443', 'p.example', '', 'none: /n has machine p.example, and go wants p.example:8443 there'],
    ['http://p.example', 'p.example', '', 'none: netrc is for https only'],
    ['https://p.example', 'p.example', 'off', undefined],
    ['https://p.example', 'other.example', '', undefined],
    ['http://u:hunter2@p.example', 'p.example', '', 'go refuses to send the credentials of its URL over plain http'],
    ['https://p.example', '', 'helper --flag', "what GOAUTH's helper gives, once asked for this host"],
  ]
  for (const [proxy, machine, goauth, what] of rows) {
    const told = await story(
      'a.example/b',
      { GOPROXY: proxy },
      { goauth, netrc: { path: '/n', entries: [entry(machine)] } },
    )
    assert.deepEqual(told.authentication[0]?.what, what, `${proxy} ${goauth}`)
    assert.ok(!JSON.stringify(told).includes('hunter2'))
  }
})

test('a name looks private by its host alone', () => {
  for (const name of ['git.corp.example/x', 'api.internal/x', 'gitlab.firm.example/x'])
    assert.ok(looksPrivate(name), name)
  for (const name of ['github.com/corp/x', 'golang.org/x/mod', 'corporate.example/x'])
    assert.ok(!looksPrivate(name), name)
})

test('no line is longer than a screen is wide, and the last one is the next command', async () => {
  const told = await story('git.corp.example/a', {
    GOPROXY: 'https://p.example|https://q.example,direct',
    GOINSECURE: '*',
  })
  const lines = routeText(told).split('\n')
  assert.ok(lines.slice(1).every((line) => line.length <= 100))
  assert.ok(lines.length <= 24)
  assert.equal(lines.at(-1), 'next: go mod download -x git.corp.example/a@latest')
})

test('modules of one way are one group, and the smallest group comes first', async () => {
  const environment = { GOPROXY: 'https://p.example', GOPRIVATE: 'odd.example' }
  const stories = await Promise.all(
    ['a.example/a', 'odd.example/o', 'b.example/b'].map((module) => story(module, environment)),
  )
  const groups = routeGroups(stories)
  assert.deepEqual(
    groups.map(({ modules }) => modules),
    [['odd.example/o'], ['a.example/a', 'b.example/b']],
  )
  assert.match(routeGraphText(groups), /next: modgate explain odd\.example\/o$/)
})
