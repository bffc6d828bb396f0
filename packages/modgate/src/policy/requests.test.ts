import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchSettingNames, type FetchSettings } from './fetch-settings.ts'
import { simulate, type PlaceAnswer, type PlaceRequest, type Simulation } from './requests.ts'

function settings(changes: Partial<FetchSettings>): FetchSettings {
  const empty = Object.fromEntries(fetchSettingNames.map((name) => [name, ''])) as FetchSettings
  return { ...empty, GOSUMDB: 'sum.golang.org', ...changes }
}

const spelt = ({ place, file }: PlaceRequest) =>
  `${typeof place === 'string' ? place : place.proxy.replace(/^https:\/\//, '')} ${file}`

/** Answers by `PLACE FILE`, or by place; all others are fine. */
function told(answers: Readonly<Record<string, PlaceAnswer>>, changes: Partial<FetchSettings>): Simulation {
  return simulate(settings(changes), 'a.example/b', (request) => {
    return answers[spelt(request)] ?? answers[spelt(request).split(' ')[0]!] ?? 'ok'
  })
}

test('after 404 and 410 a comma leads on, after anything only a pipe does', () => {
  const failures: readonly PlaceAnswer[] = [
    204,
    400,
    401,
    403,
    418,
    429,
    500,
    503,
    'cut',
    'refused',
    'timeout',
    'damaged',
  ]
  for (const answer of [404, 410, ...failures] as const) {
    const isAbsence = answer === 404 || answer === 410
    const end = (GOPROXY: string) => told({ p1: answer }, { GOPROXY, GOSUMDB: 'off' }).outcome.kind
    assert.equal(end('https://p1,https://p2'), isAbsence ? 'fetched' : 'failed', String(answer))
    assert.equal(end('https://p1|https://p2'), 'fetched', String(answer))
  }
})

test('all is asked for in the order of info, mod, way to the database, lookup, zip', () => {
  const { requests, outcome } = told({ p1: 404 }, { GOPROXY: 'https://p1,https://p2' })
  assert.deepEqual(requests.map(spelt), [
    ...['p1 info', 'p2 info', 'p1 mod', 'p2 mod'],
    ...['p1 supported', 'p2 supported', 'p2 lookup', 'p1 zip', 'p2 zip'],
  ])
  assert.deepEqual(outcome, { kind: 'fetched', vouched: 'sum.golang.org' })
})

test('a proxy that relays the database is the only way to it', () => {
  const { requests, outcome } = told({ 'p1 lookup': 404 }, { GOPROXY: 'https://p1|direct' })
  assert.ok(requests.every(({ place }) => place !== 'database'))
  assert.equal(outcome.kind, 'failed')
})

test('the database itself is asked where all say 404, and past a pipe only where direct follows', () => {
  const asked = (answer: PlaceAnswer, GOPROXY: string) =>
    told({ 'p1 supported': answer }, { GOPROXY }).requests.some(({ place }) => place === 'database')
  assert.equal(asked(404, 'https://p1'), true)
  assert.equal(asked(403, 'https://p1,direct'), false)
  assert.equal(asked(403, 'https://p1|direct'), true)
  assert.equal(asked(403, 'https://p1|off'), false)
})

test('a changed file is found out by the database and by nobody else', () => {
  const answers = { 'p1 zip': 'tampered' } as const
  const found = told(answers, { GOPROXY: 'https://p1' }).outcome
  assert.deepEqual(found, { kind: 'failed', file: 'zip', cause: { kind: 'mismatch' } })
  assert.deepEqual(told(answers, { GOPROXY: 'https://p1', GONOSUMDB: 'a.example' }).outcome, { kind: 'fetched' })
})

test('a module of GONOPROXY is never named to a proxy, but the proxies are asked for the way to the database', () => {
  const { requests } = told({}, { GOPROXY: 'https://p1', GONOPROXY: 'a.example' })
  assert.deepEqual(requests.map(spelt), ['direct info', 'direct mod', 'p1 supported', 'p1 lookup', 'direct zip'])
})
