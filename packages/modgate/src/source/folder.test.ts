import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { folder } from './folder.ts'
import { failsWith, textOf } from './test-peers.ts'

const context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}
const path = 'a.example/Mixed'

async function made(t: TestContext) {
  const root = await mkdtemp(join(tmpdir(), 'modgate folder '))
  t.after(() => rm(root, { recursive: true }))
  const versions = join(root, 'inside/a.example/!mixed/@v')
  await mkdir(join(versions, 'v1.2.0.mod'), { recursive: true })
  await writeFile(join(versions, 'list'), 'v1.0.0\n')
  await writeFile(join(versions, 'v1.0.0-!r!c1.mod'), 'module a.example/Mixed\n')
  await writeFile(join(root, 'secret'), 'outside')
  return { root, source: folder(pathToFileURL(join(root, 'inside'))) }
}

test('files in GOPROXY layout are answers, with their size', async (t) => {
  const { source } = await made(t)
  const list = await source.get({ kind: 'list', path }, context)
  assert.equal(await textOf(list.body.read()), 'v1.0.0\n')
  assert.equal(list.body.size, 7)
  const mod = await source.get({ kind: 'mod', path, version: 'v1.0.0-RC1' }, context)
  assert.equal(await textOf(mod.body.read()), 'module a.example/Mixed\n')
  assert.match(mod.source, /^file:\/\/\/.*inside$/)
})

const absent: readonly [what: string, request: ModuleRequest][] = [
  ['an absent module', { kind: 'list', path: 'b.example/none' }],
  ['an absent version', { kind: 'zip', path, version: 'v1.0.0' }],
  ['a directory where a file should be', { kind: 'mod', path, version: 'v1.2.0' }],
]

for (const [what, request] of absent) {
  test(`${what} is not found`, async (t) => {
    const { source } = await made(t)
    await assert.rejects(source.get(request, context), failsWith('module-not-found', /no such file in this folder/))
  })
}

test('an absent folder is one where nothing is found', async () => {
  const source = folder(new URL('file:///no/such/folder'))
  await assert.rejects(source.get({ kind: 'list', path }, context), failsWith('module-not-found'))
})

test('no request leads out of the folder', async (t) => {
  const { source } = await made(t)
  const tricks = ['../secret', 'a.example/../../secret', '/secret', 'a.example//x', 'a.example/\0']
  for (const trick of tricks) await assert.rejects(source.get({ kind: 'list', path: trick }, context), trick)
  const query: ModuleRequest = { kind: 'query', path, query: '../../../../secret' }
  await assert.rejects(source.get(query, context))
})
