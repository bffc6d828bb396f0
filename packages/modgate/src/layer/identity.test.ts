import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import type { Caller, Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { identity, maySeeAll, type AccessRules } from './identity.ts'

const rules = (access: AccessRules['access']): AccessRules => ({
  access,
  private: '*.corp.example',
  logName: 'gate.example',
})

let asked = 0
const everything: Source = {
  get: async () => {
    asked++
    return {
      body: bytesBody(Buffer.from('here')),
      type: 'text/plain',
      trust: 'answer',
      source: 'test',
      cache: { status: 'hit' },
    }
  },
}

const context = (caller?: Caller): Context => ({
  id: 'test',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
  caller,
})

const all: Caller = { name: 'all', patterns: '*' }
const team: Caller = { name: 'team', patterns: 'git.corp.example/team' }

const zip = (path: string): ModuleRequest => ({ kind: 'zip', path, version: 'v1.0.0' })
const lookup = (name: string, path: string): ModuleRequest => ({
  kind: 'sumdb',
  name,
  resource: { kind: 'lookup', path, version: 'v1.0.0' },
})
const tile = (name: string, path: string): ModuleRequest => ({ kind: 'sumdb', name, resource: { kind: 'tile', path } })
const pub = zip('hello.example/hello')
const ours = zip('git.corp.example/team/lib')
const theirs = zip('git.corp.example/other/lib')

type Outcome = 'answered' | 'token-wanted' | 'module-not-found'
const rows: readonly (readonly [
  claim: string,
  access: AccessRules['access'],
  caller: Caller | undefined,
  request: ModuleRequest,
  outcome: Outcome,
])[] = [
  ['an open gate asks nobody for a token', 'open', undefined, theirs, 'answered'],
  ['an open gate looks at no rights', 'open', team, theirs, 'answered'],
  ['public modules are free where private ones want a token', 'private', undefined, pub, 'answered'],
  ['a stranger sees no private module', 'private', undefined, ours, 'module-not-found'],
  ['a caller sees what the token covers', 'private', team, ours, 'answered'],
  ['a caller sees nothing else of what is private', 'private', team, theirs, 'module-not-found'],
  ['a caller sees what is public too', 'private', team, pub, 'answered'],
  ['a star is everything', 'private', all, theirs, 'answered'],
  ['a stranger is asked for a token where everybody is', 'all', undefined, pub, 'token-wanted'],
  ['with --access all a token covers public modules or does not', 'all', team, pub, 'module-not-found'],
  ['with --access all a star is everything', 'all', all, pub, 'answered'],
  ['a record tells of a module', 'private', team, lookup('gate.example', 'git.corp.example/x'), 'module-not-found'],
  ['a record that the token covers', 'private', team, lookup('gate.example', 'git.corp.example/team/x'), 'answered'],
  [
    'a public database tells too',
    'private',
    undefined,
    lookup('sum.example', 'git.corp.example/x'),
    'module-not-found',
  ],
  ['tiles of records name everything', 'private', team, tile('gate.example', 'tile/8/data/000'), 'module-not-found'],
  ['tiles of hashes name nothing', 'private', undefined, tile('gate.example', 'tile/8/0/000'), 'answered'],
  ['a public log is no secret', 'private', undefined, tile('sum.example', 'tile/8/data/000'), 'answered'],
]

for (const [claim, access, caller, request, outcome] of rows) {
  test(`${claim}: ${outcome}`, async () => {
    asked = 0
    const answer = identity(rules(access))(everything).get(request, context(caller))
    if (outcome === 'answered') assert.equal((await answer).source, 'test')
    else await assert.rejects(answer, { code: outcome })
    assert.equal(asked, outcome === 'answered' ? 1 : 0, 'what may not be seen is not looked up')
  })
}

test('a module that is there and one that is not are refused in the same words', async () => {
  const source = identity(rules('private'))(everything)
  const words = async (path: string) => {
    const failure = await source.get(zip(path), context()).catch((error: unknown) => error)
    assert.ok(failure instanceof Failure)
    return JSON.stringify([failure.code, failure.who, failure.why, failure.next, failure.said])
  }
  assert.equal(await words('git.corp.example/there'), await words('git.corp.example/nowhere'))
})

test('all names at once are for an open gate, and for a token with a star', () => {
  assert.equal(maySeeAll({ access: 'open' }, undefined), true)
  assert.equal(maySeeAll({ access: 'private' }, undefined), false)
  assert.equal(maySeeAll({ access: 'private' }, team), false)
  assert.equal(maySeeAll({ access: 'all' }, all), true)
})
