import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseWays } from './database-way.ts'
import { fetchSettingNames, type FetchSettings } from './fetch-settings.ts'
import { matchingPattern, planRoute } from './route.ts'

function settings(changes: Partial<FetchSettings> = {}): FetchSettings {
  const empty = Object.fromEntries(fetchSettingNames.map((name) => [name, ''])) as FetchSettings
  return { ...empty, GOPROXY: 'https://gate.example,direct', GOSUMDB: 'sum.golang.org', ...changes }
}

test('GONOPROXY is asked before the list, even before off', () => {
  for (const GOPROXY of ['https://gate.example', 'direct', 'off']) {
    const { content } = planRoute(settings({ GOPROXY, GONOPROXY: 'none,*.corp.example' }), 'git.corp.example/lib')
    assert.deepEqual(content, { kind: 'direct', pattern: '*.corp.example' }, GOPROXY)
  }
})

test('a list that cannot be read stops everything', () => {
  const { content } = planRoute(settings({ GOPROXY: 'none', GONOPROXY: '*' }), 'git.corp.example/lib')
  assert.deepEqual(content, { kind: 'refused', message: 'invalid proxy URL missing scheme: none' })
})

test('the checksum of a module is skipped, asked for or impossible', () => {
  const rows: readonly [changes: Partial<FetchSettings>, module: string, verdict: string][] = [
    [{}, 'a.example/b', 'asked'],
    [{ GOSUMDB: 'off' }, 'a.example/b', 'skipped'],
    [{ GONOSUMDB: 'a.example' }, 'a.example/b', 'skipped'],
    [{ GONOSUMDB: 'a.example' }, 'b.example/b', 'asked'],
    [{ GOSUMDB: 'sum.golang.org+insecure' }, 'a.example/b', 'invalid GOSUMDB: malformed verifier id'],
    [{ GONOSUMDB: '*' }, 'golang.org/toolchain', 'asked'],
    [{ GOSUMDB: 'off' }, 'golang.org/toolchain', 'checksum database disabled by GOSUMDB=off'],
    [{ GOSUMDB: 'off', GOPROXY: 'file:///srv' }, 'golang.org/toolchain', 'skipped'],
    [{ GONOSUMDB: '*', GOPROXY: 'file:///srv,direct' }, 'golang.org/toolchain', 'asked'],
  ]
  for (const [changes, module, verdict] of rows) {
    const { checksum } = planRoute(settings(changes), module)
    assert.equal(checksum.kind === 'refused' ? checksum.message : checksum.kind, verdict, JSON.stringify(changes))
  }
})

test('the database is reached through the proxies, then by its own name, or by the URL of GOSUMDB alone', () => {
  const ways = (changes: Partial<FetchSettings>) => {
    const all = settings(changes)
    const { checksum } = planRoute(all, 'a.example/b')
    assert.ok(checksum.kind === 'asked')
    return databaseWays(all, checksum).map(({ url }) => url)
  }
  assert.deepEqual(ways({ GOPROXY: 'https://a.example/,b.example|direct' }), [
    'https://a.example/sumdb/sum.golang.org',
    'https://b.example/sumdb/sum.golang.org',
    'https://sum.golang.org',
  ])
  assert.deepEqual(ways({ GOPROXY: 'off' }), ['https://sum.golang.org'])
  assert.deepEqual(ways({ GOSUMDB: 'sum.golang.google.cn' }), ['https://sum.golang.google.cn'])
})

test('the pattern that matches is named as it is written', () => {
  assert.equal(matchingPattern('x.example,corp.example/,*', 'corp.example/a'), 'corp.example/')
  assert.equal(matchingPattern('x.example, corp.example', 'corp.example/a'), undefined)
})
