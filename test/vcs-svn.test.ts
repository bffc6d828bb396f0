// Modules from Subversion, judged by the real go over a repository that svnserve serves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { svnRepositories } from '../packages/modgate/src/source/vcs/svn-repositories.ts'
import { requireComponent } from './harness/components.ts'
import { answerOf } from './harness/git-origin.ts'
import { judgeLists, judgeVersions } from './harness/program-judge.ts'
import { directProgramGo, loopbackReach, programSource } from './harness/program-origin.ts'
import { servedSvn } from './harness/svn-repository.ts'

const root = 'svn.example/lib'

const goMod = (path: string) => `module ${path}\n\ngo 1.20\n`

test('over a Subversion repository the source agrees with the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'svn')) === undefined) return
  const { url, commit } = await servedSvn(t)
  await commit({ 'lib.go': 'package lib\n', 'with space.txt': ' \n', 'größe & x.txt': 'ü\n', 'empty.txt': '' })
  await commit({ 'go.mod': goMod(root), LICENSE: 'of all\n', 'run.sh': { program: '#!/bin/sh\n' } })
  await commit(
    {
      'crlf.txt': 'a\r\nb\r\n',
      'unix.txt': 'a\nb\n',
      'id.txt': '$Id$\n',
      'inner/go.mod': goMod(`${root}/inner`),
      'inner/i@1.go': 'package i\n',
    },
    [
      ['svn:eol-style', 'native', 'unix.txt'],
      ['svn:keywords', 'Id', 'id.txt'],
    ],
  )
  const repositories = [{ vcs: 'svn' as const, root, url }]
  const go = await directProgramGo(t, { toolchain, repositories })
  // Without it svn cannot write names that are not ASCII.
  Object.assign(go.env, { LC_ALL: 'C.UTF-8' })
  const source = await programSource(t, { make: svnRepositories, repositories })
  const queries = () => [
    'latest',
    'HEAD',
    '2',
    '3',
    '000000000004',
    '99',
    'v1.0.0',
    'v0.0.0-20200101000000-000000000003',
  ]
  const judged = { go, source, modules: [root, `${root}/inner`, `${root}/v2`], queries }
  await t.test('every revision resolves as with the real go, with its info, mod and h1', async () => {
    const equal = await judgeVersions(judged)
    assert.ok(equal >= 4, `${equal} versions`)
  })
  await t.test('lists are those of the real go', () => judgeLists(judged))
  await t.test('of a link the go command makes no zip, and neither does the gate', async () => {
    await commit({ 'link.go': { link: '/etc/hostname' } })
    const fresh = await programSource(t, { make: svnRepositories, repositories })
    const info = await answerOf(fresh, { kind: 'latest', path: root })
    assert.ok(!(info instanceof Failure))
    const { Version: version } = JSON.parse(Buffer.from(info).toString()) as { readonly Version: string }
    const zip = await answerOf(fresh, { kind: 'zip', path: root, version })
    assert.ok(zip instanceof Failure && zip.code === 'zip-invalid', String(zip))
    assert.notEqual((await go.run(['mod', 'download', '-json', `${root}@${version}`])).code, 0)
  })
  await t.test('an address of a closed network is not connected to', async () => {
    const closed = await programSource(t, {
      make: svnRepositories,
      repositories,
      options: { reach: loopbackReach([]) },
    })
    const answer = await answerOf(closed, { kind: 'latest', path: root })
    assert.ok(answer instanceof Failure && answer.code === 'address-refused', String(answer))
  })
})
