import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf } from '@modgate/gomod/proxy'
import { bytesBody } from '../core/body.ts'
import { Failure } from '../core/failure.ts'
import type { CodeHost } from '../source/vcs/code-host.ts'
import type { OriginRecord } from '../store/origin-book.ts'
import { originCheck, type OriginCheckOptions } from './origin-check.ts'
import { testContext } from './test-gate.ts'

const url = 'https://code.example/team/lib.git'
const path = 'go.example/lib'
const first = 'a'.repeat(40)
const second = 'b'.repeat(40)

interface World {
  /** What the tags of the repository lead to. */
  readonly tags?: Readonly<Record<string, string>>
  /** The text of the info of v1.0.0. */
  readonly info?: string
  readonly page?: string
  readonly redirect?: string
  readonly fails?: { readonly page?: Failure; readonly names?: Failure }
  readonly cannotSay?: boolean
  /** Of the version that is kept. */
  readonly files?: Readonly<Record<string, number>>
}

const origin = (more: object) =>
  JSON.stringify({ Version: 'v1.0.0', Origin: { VCS: 'git', URL: url, Hash: first, ...more } })
const tagged = origin({ Ref: 'refs/tags/v1.0.0' })
const failure = (code: 'module-not-found' | 'origin-unreachable') =>
  new Failure(code, { asked: path, who: 'git', why: 'x' })

async function found(world: World, findings: OriginRecord['findings'] = []) {
  const { tags = { 'v1.0.0': first }, info = tagged, page = url, redirect, fails = {}, cannotSay, files } = world
  const host = { vcs: 'git', url, ...(cannotSay ? {} : { tagged: (tag: string) => tags[tag] }) } as CodeHost
  const options: OriginCheckOptions = {
    async locate(of, { fresh }) {
      assert.deepEqual([of, fresh], [path, true])
      if (fails.page) throw fails.page
      const root = { vcs: 'git', url: page, root: path, subdirectory: '' } as const
      const open = async () => {
        if (fails.names) throw fails.names
        return host
      }
      return { root, way: 'private', repository: { open } }
    },
    movedTo: async () => redirect,
    entries: {
      async *list(of = '') {
        const entry = { files: files ?? { info: 1, mod: 1, zip: 1 }, bytes: 1, hasFacts: true, lastAsked: 0 }
        if (of === path) yield { path, version: 'v1.0.0', ...entry }
        yield { path: of, version: 'v9.0.0', ...entry, files: {} }
      },
    },
    store: {
      open: async (key) =>
        key === keyOf({ kind: 'info', path, version: 'v1.0.0' }) ? bytesBody(Buffer.from(info)) : undefined,
    },
    clock: { now: () => 0 },
  }
  const modules = [`${path}/deeper`, path].map((each) => ({ path: each, url }))
  return originCheck(options)({ repository: 'code.example/team/lib', modules, checkedAt: 0, findings }, testContext())
}

const since = '1970-01-01T00:00:00.000Z'
const version = { module: path, version: 'v1.0.0', was: first, since }
const rows: readonly (readonly [claim: string, world: World, finds: readonly object[]])[] = [
  ['a tag that stands where it stood', {}, []],
  ['a tag that moved', { tags: { 'v1.0.0': second } }, [{ kind: 'tag-moved', ...version, now: second }]],
  ['a tag that is gone', { tags: { 'v1.1.0': second } }, [{ kind: 'tag-deleted', ...version }]],
  [
    'a tag that is gone, of which only the info was asked for',
    { tags: {}, files: { info: 1 } },
    [{ kind: 'tag-deleted', ...version, lacks: ['mod', 'zip'] }],
  ],
  [
    'a tag that moved, of which no zip was asked for',
    { tags: { 'v1.0.0': second }, files: { info: 1, mod: 1 } },
    [{ kind: 'tag-moved', ...version, lacks: ['zip'], now: second }],
  ],
  ['a version of no tag', { info: origin({}), tags: {} }, []],
  ['a version of a branch', { info: origin({ Ref: 'refs/heads/main' }), tags: {} }, []],
  ['a version of another repository', { info: tagged.replaceAll('team/lib', 'old/lib'), tags: {} }, []],
  ['an info that is none', { info: 'oops', tags: {} }, []],
  ['an info without an origin', { info: '{"Version":"v1.0.0"}', tags: {} }, []],
  ['a system that cannot say where tags lead', { cannotSay: true }, []],
  [
    'a page that names another repository',
    { page: 'https://evil.example/lib.git' },
    [{ kind: 'page-moved', module: path, was: url, now: 'https://evil.example/lib.git', since }],
  ],
  ['a page that names it in another way', { page: 'ssh://git@code.example/team/lib' }, []],
  [
    'a repository that moved to another owner, and a tag with it',
    { redirect: 'https://code.example/bob/lib.git', tags: { 'v1.0.0': second } },
    [
      { kind: 'repository-moved', module: path, was: url, now: 'https://code.example/bob/lib.git', since },
      { kind: 'tag-moved', ...version, now: second },
    ],
  ],
  ['a redirect to itself', { redirect: 'https://code.example/team/lib' }, []],
  [
    'a page that is gone',
    { fails: { page: failure('module-not-found') } },
    [{ kind: 'repository-gone', module: path, was: url, since }],
  ],
  [
    'a repository that is gone',
    { fails: { names: failure('module-not-found') } },
    [{ kind: 'repository-gone', module: path, was: url, since }],
  ],
]

for (const [claim, world, finds] of rows) {
  test(`${claim}: ${finds.length === 0 ? 'nothing is found' : 'it is found'}`, async () => {
    assert.deepEqual(await found(world), finds)
  })
}

test('what was found before keeps its day, unless it says something else now', async () => {
  const before = { kind: 'tag-moved', ...version, now: second, since: '1969-12-01T00:00:00.000Z' } as const
  assert.deepEqual(await found({ tags: { 'v1.0.0': second } }, [before]), [before])
  assert.deepEqual(await found({ tags: { 'v1.0.0': 'c'.repeat(40) } }, [before]), [
    { ...before, now: 'c'.repeat(40), since },
  ])
})

for (const where of ['page', 'names'] as const) {
  test(`trouble with the ${where} of a repository is no finding`, async () => {
    await assert.rejects(found({ fails: { [where]: failure('origin-unreachable') } }), Failure)
  })
}
