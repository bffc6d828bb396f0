// hg over TLS at a name that nobody resolves: it gets to the address that was checked, as whom the gate is there, and no redirect leads on.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '../packages/modgate/src/core/failure.ts'
import { publicAnd } from '../packages/modgate/src/source/address-guard.ts'
import { basic, credentials } from '../packages/modgate/src/source/credentials/credentials.ts'
import { sshCommand } from '../packages/modgate/src/source/credentials/git-access.ts'
import { sshAccess } from '../packages/modgate/src/source/credentials/ssh-access.ts'
import { programReach } from '../packages/modgate/src/source/discovery/program-reach.ts'
import { repositoryHosts } from '../packages/modgate/src/source/discovery/repository-host.ts'
import { hgRepositories } from '../packages/modgate/src/source/vcs/hg-repositories.ts'
import type { Reach } from '../packages/modgate/src/source/vcs/program-access.ts'
import { requireComponent } from './harness/components.ts'
import { answerOf } from './harness/git-origin.ts'
import { codeHost } from './harness/hg-code-host.ts'
import { hgTool, makeHgRepository } from './harness/hg-repository.ts'
import { serveHg } from './harness/hg-server.ts'
import { programSource } from './harness/program-origin.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const host = 'code.test'
const root = `${host}/lib`
const authorization = basic('gate', 'hunter2hunter2')

function reachWith(login: string | undefined): Reach {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }]
  const guard = { allows: publicAnd(['127.0.0.1']), resolve }
  return programReach({
    hosts: repositoryHosts({ guard, isInsecure: () => false, proxied: () => false }),
    credentials: credentials([async () => login], sshAccess([])),
    ssh: sshCommand,
    proxyFor: () => undefined,
  })
}

test('hg logs in over TLS at the checked address, and nothing of the login is left or shown', async (t) => {
  if ((await requireComponent(t, 'hg')) === undefined || (await requireComponent(t, 'openssl')) === undefined) return
  const hg = await hgTool(t)
  const directory = await temporaryDirectory(t)
  makeHgRepository(hg, join(directory, 'lib'), (r) => {
    r.commit({ 'go.mod': `module ${root}\n`, 'lib.go': 'package lib\n' })
    r.tag('v1.0.0')
  })
  const code = await codeHost(t, { host, authorization, behind: await serveHg(t, directory) })
  const options = (login: string | undefined) => ({
    environment: { PATH: process.env['PATH'], SSL_CERT_FILE: code.certFile },
    reach: reachWith(login),
  })
  const at = (path: string) => [{ vcs: 'hg' as const, root, url: `https://${host}:${code.port}${path}` }]
  const sourceOf = (path: string, login?: string) =>
    programSource(t, { make: hgRepositories, repositories: at(path), options: options(login) })

  const list = await answerOf(await sourceOf('/lib', authorization), { kind: 'list', path: root })
  assert.equal(list instanceof Failure ? list.message + String(list.said) : Buffer.from(list).toString(), 'v1.0.0\n')
  assert.ok(code.asked.some((each) => each.authorization === authorization))

  const wrong = await answerOf(await sourceOf('/lib', basic('gate', 'wrongwrong')), { kind: 'list', path: root })
  assert.ok(wrong instanceof Failure && wrong.code === 'origin-unreachable', String(wrong))
  assert.ok(!`${wrong.message} ${wrong.said}`.includes('wrongwrong'))

  const before = code.asked.length
  const stranger = await answerOf(await sourceOf('/lib'), { kind: 'list', path: root })
  assert.ok(stranger instanceof Failure && stranger.code === 'origin-unreachable', String(stranger))
  assert.ok(code.asked.slice(before).every((each) => each.authorization === undefined))

  const moved = await answerOf(await sourceOf('/moved', authorization), { kind: 'list', path: root })
  assert.ok(moved instanceof Failure && moved.code === 'origin-unreachable', String(moved))
})
