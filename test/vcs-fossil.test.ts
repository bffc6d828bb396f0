// Modules from Fossil, judged by the real go over a repository that fossil serves.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { fossilRepositories } from '../packages/modgate/src/source/vcs/fossil-repositories.ts'
import { requireComponent } from './harness/components.ts'
import { madeFossil } from './harness/fossil-repository.ts'
import { answerOf } from './harness/git-origin.ts'
import { saidIn } from './harness/go-judge.ts'
import { judgeInfos, judgeLists, judgeVersions } from './harness/program-judge.ts'
import { directProgramGo, loopbackReach, programSource } from './harness/program-origin.ts'

const root = 'fossil.example/lib'

const goMod = (path: string) => `module ${path}\n\ngo 1.20\n`

test('over a Fossil repository the source agrees with the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'fossil')) === undefined) return
  const { commit, serve } = await madeFossil(t)
  await commit(
    { 'lib.go': 'package lib\n', 'with space.txt': ' \n', 'größe.txt': 'ü\n', 'empty.txt': '' },
    '--tag',
    'v0.1.0',
  )
  const middle = await commit(
    {
      'go.mod': goMod(root),
      'crlf.txt': 'a\r\nb\r\n',
      'run.sh': { program: '#!/bin/sh\n' },
      'link.go': { link: 'lib.go' },
      [`long/${'d'.repeat(90)}/${'e'.repeat(90)}/f.txt`]: 'long\n',
      'inner/go.mod': goMod(`${root}/inner`),
      'inner/i.go': 'package i\n',
    },
    ...['--tag', 'v1.0.0', '--tag', 'release'],
  )
  await commit({ 'd.go': 'package lib\n' }, '--branch', 'dev', '--tag', 'inner/v0.1.0')
  const server = await serve()
  const repositories = [{ vcs: 'fossil' as const, root, url: server.url }]
  const go = await directProgramGo(t, { toolchain, repositories })
  const source = await programSource(t, { make: fossilRepositories, repositories })
  const pseudo = ['v0.0.0-20200911123456-', 'v1.0.1-0.20200911123456-'].map((base) => `${base}${middle.slice(0, 12)}`)
  const queries = () => [
    'latest',
    'v0.1.0',
    'v1.0.0',
    'release',
    'dev',
    'trunk',
    middle,
    middle.slice(0, 12),
    'nosuch',
    ...pseudo,
  ]
  const judged = { go, source, modules: [root], queries }
  await t.test('every name and check-in resolves as with the real go, with its info, mod and h1', async () => {
    const equal = await judgeVersions(judged)
    assert.ok(equal >= 4, `${equal} versions`)
  })
  await t.test('lists are those of the real go', () => judgeLists(judged))
  await t.test('the info of a tag is as go writes it', () =>
    judgeInfos({ ...judged, modules: [root], queries: () => ['v1.0.0'] }),
  )
  await t.test('a module in a directory, of which go makes an empty zip, is not served', async () => {
    const [said] = saidIn((await go.run(['mod', 'download', '-json', `${root}/inner@dev`])).stdout)
    assert.equal(said!.Sum, `h1:${createHash('sha256').digest('base64')}`)
    const zip = await answerOf(source, { kind: 'zip', path: said!.Path, version: said!.Version! })
    assert.ok(zip instanceof Failure && zip.code === 'zip-invalid', String(zip))
  })
  await t.test('an address of a closed network is not connected to', async () => {
    const closed = await programSource(t, {
      make: fossilRepositories,
      repositories,
      options: { reach: loopbackReach([]) },
    })
    const answer = await answerOf(closed, { kind: 'latest', path: root })
    assert.ok(answer instanceof Failure && answer.code === 'address-refused', String(answer))
  })
  await t.test('a server that is gone is no absence, with a clone and without', async () => {
    const short = await programSource(t, { make: fossilRepositories, repositories, options: { goodMs: 0 } })
    assert.ok(!((await answerOf(short, { kind: 'latest', path: root })) instanceof Failure))
    await server.stop()
    for (const each of [short, await programSource(t, { make: fossilRepositories, repositories })]) {
      const answer = await answerOf(each, { kind: 'latest', path: root })
      assert.ok(answer instanceof Failure && answer.code === 'origin-unreachable', String(answer))
    }
  })
})

test('check-ins with ids of SHA3-256 have the versions that the real go gives them', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'fossil')) === undefined) return
  const { commit, serve } = await madeFossil(t, 'sha3')
  const id = await commit({ 'lib.go': 'package lib\n' })
  assert.equal(id.length, 64)
  const { url } = await serve()
  const repositories = [{ vcs: 'fossil' as const, root, url }]
  const go = await directProgramGo(t, { toolchain, repositories })
  const source = await programSource(t, { make: fossilRepositories, repositories })
  const queries = () => ['latest', id, id.slice(0, 40), id.slice(0, 12)]
  assert.equal(await judgeVersions({ go, source, modules: [root], queries }), 1)
})
