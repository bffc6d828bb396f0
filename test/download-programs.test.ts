// `modgate download` of modules from pages, and from Mercurial, Subversion and Fossil: as a process of its own, since it is the process whose
// environment names the way out.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { cacheTree } from './harness/cache-tree.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { codeHost } from './harness/code-host.ts'
import { requireComponent } from './harness/components.ts'
import { madeFossil } from './harness/fossil-repository.ts'
import { modgate } from './harness/gate.ts'
import { inCorpus } from './harness/git-corpus.ts'
import { directGo, gitOrigin } from './harness/git-origin.ts'
import { historyOf, makeRepository } from './harness/git-repository.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { hgTool, makeHgRepository } from './harness/hg-repository.ts'
import { serveHg } from './harness/hg-server.ts'
import { connectProxy } from './harness/known-failures/servers.ts'
import { ownProcess } from './harness/process.ts'
import { directProgramGo } from './harness/program-origin.ts'
import { servedSvn } from './harness/svn-repository.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const goMod = (path: string) => `module ${path}\n\ngo 1.20\n`

/** Downloads with the real go and with modgate, each into a cache of its own, and compares what they say and have. */
async function compared(t: TestContext, go: GoClient, args: readonly string[]): Promise<void> {
  const expected = await go.run(['mod', 'download', '-json', ...args])
  assert.equal(expected.code, 0, expected.stderr + expected.stdout)
  const theirs = { tree: kept(go), said: placeless(expected.stdout, go) }
  const { directory: cwd } = go
  const gitconfig = await readFile(join(go.env['HOME']!, '.gitconfig'), 'utf8').catch(() => '')
  await go.forget()
  await writeFiles(go.env['HOME']!, { '.gitconfig': gitconfig })
  const { env } = go
  const answer = await ownProcess(t, [...modgate, 'download', '--json', ...args], { cwd, env }).ended
  assert.deepEqual([answer.code, answer.stderr], [0, ''], answer.stdout)
  assert.equal(placeless(answer.stdout, go), theirs.said)
  assert.deepEqual(kept(go), theirs.tree)
}

const placeless = (text: string, { env }: GoClient) => text.replaceAll(env['GOMODCACHE']!, 'CACHE')

/** Without what go keeps of repositories; how a zip is packed is everybody's own affair. */
function kept({ env }: GoClient): Readonly<Record<string, string>> {
  const all = Object.entries(cacheTree(env['GOMODCACHE']!)).filter(([path]) => !/^cache\/vcs(\/|$)/.test(path))
  return Object.fromEntries(all.map(([path, content]) => [path, path.endsWith('.zip') ? 'zip' : content]))
}

test('the repository that the page of a path names is found, with the directory in it', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = inCorpus('mono', 'whole', 'yaml')
  const origin = await gitOrigin(t, corpus)
  const go = await directGo(t, { toolchain, origin, corpus })
  await compared(t, go, [
    'vanity.example/lib@v1.0.0',
    'vanity.example/whole/v2@v2.0.0',
    'gopkg.in/corpus/yaml.v2@v2.0.0',
  ])
})

test('a private host is read over TLS, with its pages, and where its repositories have moved to', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const host = await codeHost(t, 'code.example')
  host.make('team/lib.git', (r) => {
    r.commit({ 'go.mod': goMod('code.example/team/lib'), 'lib.go': 'package lib\n' })
    r.tag('v1.0.0')
  })
  host.pages.set('code.example/team/lib', 'old/lib.git').set('code.example/team/lib/sub', 'team/lib.git')
  host.moved.set('old', 'team')
  const go = await goClient(t, { toolchain, proxy: 'https://proxy.example', sumdb: 'off' })
  const { NODE_EXTRA_CA_CERTS: authority, ...env } = host.env
  // What go trusts, modgate does.
  Object.assign(go.env, env, { SSL_CERT_FILE: authority }, { GOPRIVATE: 'code.example', GIT_CONFIG_NOSYSTEM: '1' })
  await compared(t, go, ['code.example/team/lib@v1.0.0'])
})

test('a page may name a repository without TLS, as it may for go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { directory } = await gitOrigin(t, inCorpus('plain'))
  const certificate = await loopbackCertificate(t, ['github.com', 'plain.example'])
  const tag = '<meta name="go-import" content="plain.example/lib git http://plain.example/corpus/lib">'
  const server = createServer(certificate, (_, response) => response.end(tag)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  makeRepository(
    join(directory, 'corpus/lib'),
    historyOf((r) => {
      r.commit({ 'go.mod': goMod('plain.example/lib') })
      r.tag('v1.0.0')
    }),
  )
  const go = await goClient(t, { toolchain, proxy: 'direct', sumdb: 'off' })
  const trust = { SSL_CERT_FILE: certificate.certFile }
  const way = { HTTPS_PROXY: await connectProxy(t, (server.address() as AddressInfo).port), GIT_CONFIG_NOSYSTEM: '1' }
  Object.assign(go.env, trust, way)
  await writeFiles(go.env['HOME']!, {
    '.gitconfig': `[url "file://${directory}/"]\n\tinsteadOf = http://plain.example/\n`,
  })
  await compared(t, go, ['plain.example/lib@v1.0.0'])
})

test('a module in Mercurial comes as with go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'hg')) === undefined) return
  const hg = await hgTool(t)
  const directory = await temporaryDirectory(t)
  makeHgRepository(hg, join(directory, 'lib'), (r) => {
    r.commit({ 'go.mod': goMod('hg.example/lib'), 'lib.go': 'package lib\n' })
    r.tag('v1.0.0')
    r.commit({ 'more.go': 'package lib\n' })
  })
  const url = `${await serveHg(t, directory)}/lib`
  const go = await directProgramGo(t, { toolchain, repositories: [{ vcs: 'hg', root: 'hg.example/lib', url }] })
  await compared(t, go, ['hg.example/lib@v1.0.0'])
})

test('a module in Subversion comes as with go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'svn')) === undefined) return
  const { url, commit } = await servedSvn(t)
  await commit({ 'go.mod': goMod('svn.example/lib'), 'größe.go': 'package lib\n' })
  const go = await directProgramGo(t, { toolchain, repositories: [{ vcs: 'svn', root: 'svn.example/lib', url }] })
  Object.assign(go.env, { LC_ALL: 'C.UTF-8' })
  await compared(t, go, ['svn.example/lib@HEAD'])
})

test('a module in Fossil comes as with go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'fossil')) === undefined) return
  const { commit, serve } = await madeFossil(t)
  await commit({ 'go.mod': goMod('fossil.example/lib'), 'lib.go': 'package lib\n' }, '--tag', 'v1.0.0')
  const { url } = await serve()
  const go = await directProgramGo(t, { toolchain, repositories: [{ vcs: 'fossil', root: 'fossil.example/lib', url }] })
  await compared(t, go, ['fossil.example/lib@v1.0.0'])
})
