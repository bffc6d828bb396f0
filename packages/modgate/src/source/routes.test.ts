import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { routes } from './routes.ts'
import { failsWith } from './test-peers.ts'

const context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}

function table() {
  const asked: string[] = []
  const refused: string[] = []
  const named = (name: string): Source => ({
    get: async () => {
      asked.push(name)
      return { body: bytesBody(new Uint8Array()), type: '', trust: 'answer', source: name, cache: { status: 'miss' } }
    },
  })
  const source = routes({
    routes: [
      { patterns: 'corp.example/team,*.lab.example', source: named('first') },
      { patterns: 'corp.example', source: named('second') },
    ],
    private: 'corp.example,secret.example',
    direct: named('direct'),
    otherwise: named('otherwise'),
    onRefused: (_request, code) => refused.push(code),
  })
  return { source, asked, refused }
}

const rows: readonly [path: string, from: string][] = [
  ['corp.example/team/a', 'first'],
  ['corp.example/team', 'first'],
  ['git.lab.example/x', 'first'],
  ['corp.example/teams', 'second'],
  ['corp.example/other', 'second'],
  ['secret.example/x', 'direct'],
  ['github.com/a/b', 'otherwise'],
  ['notcorp.example/a', 'otherwise'],
]

for (const [path, from] of rows) {
  test(`${path} comes from the ${from} list and from nowhere else`, async () => {
    const { source, asked } = table()
    const requests: readonly ModuleRequest[] = [
      { kind: 'list', path },
      { kind: 'latest', path },
      { kind: 'query', path, query: 'main' },
      { kind: 'info', path, version: 'v1.0.0' },
      { kind: 'mod', path, version: 'v1.0.0' },
      { kind: 'zip', path, version: 'v1.0.0' },
    ]
    for (const request of requests) assert.equal((await source.get(request, context)).source, from)
    assert.deepEqual(asked, Array(requests.length).fill(from))
  })
}

test('what a route or privacy leads to and is not there has the advice of that, where the source has none of its own', async () => {
  const absent = new Failure('module-not-found', { asked: 'm', who: 's', why: 'is not there' })
  const said: [path: string, failure: Failure, next: RegExp][] = [
    ['corp.example/a', absent, /that the version is where the --route of this module leads/],
    ['secret.example/x', absent, /where its path leads, give it a --route/],
    ['github.com/a/b', absent, /a private module needs --private and a --route/],
    ['corp.example/a', absent.with({ next: 'push it' }), /^push it$/],
    ['secret.example/x', absent.with({ next: 'push it' }), /^push it$/],
    ['corp.example/a', new Failure('upstream-denied', { asked: 'm', who: 's', why: 'no' }), /ask the upstream/],
  ]
  for (const [path, failure, next] of said) {
    const failing: Source = { get: async () => Promise.reject(failure) }
    const source = routes({
      ...{ routes: [{ patterns: 'corp.example', source: failing }], private: 'secret.example' },
      ...{ direct: failing, otherwise: failing },
    })
    await assert.rejects(source.get({ kind: 'list', path }, context), (error) => {
      assert.ok(error instanceof Failure && error.code === failure.code)
      assert.match(error.next, next)
      return true
    })
  }
})

test('a private path is not asked about at a checksum database, routed or not; others are', async () => {
  const { source, asked, refused } = table()
  const lookup = (path: string): ModuleRequest => ({
    kind: 'sumdb',
    name: 'sum.golang.org',
    resource: { kind: 'lookup', path, version: 'v1.0.0' },
  })
  for (const path of ['secret.example/a', 'corp.example/team/a']) {
    await assert.rejects(source.get(lookup(path), context), failsWith('private-at-database'))
  }
  assert.deepEqual([asked, refused], [[], ['private-at-database', 'private-at-database']])
  await source.get(lookup('github.com/a/b'), context)
  await source.get({ kind: 'sumdb', name: 'sum.golang.org', resource: { kind: 'supported' } }, context)
  assert.deepEqual(asked, ['otherwise', 'otherwise'])
})
