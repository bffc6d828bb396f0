import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicAnd } from '../address-guard.ts'
import { basic, credentials } from '../credentials/credentials.ts'
import { sshCommand } from '../credentials/git-access.ts'
import { failsWith } from '../test-peers.ts'
import type { ProgramAccess } from '../vcs/program-access.ts'
import { programReach } from './program-reach.ts'
import { repositoryHosts } from './repository-host.ts'

/** How a program gets to a URL, with one credential for its host. */
function accessTo(url: string, authorization?: string, insecure = false): Promise<ProgramAccess> {
  const guard = { allows: publicAnd([]), resolve: async () => [{ address: '2606:4700::1111', family: 6 }] }
  const reach = programReach({
    hosts: repositoryHosts({ guard, isInsecure: () => insecure, proxied: () => false }),
    credentials: credentials([async () => authorization], () => ['-i', 'key']),
    ssh: sshCommand,
    proxyFor: () => undefined,
  })
  return reach(
    { vcs: url.startsWith('svn') ? 'svn' : 'hg', url, root: 'v.example/lib', subdirectory: '' },
    async (access) => access,
  )
}

test('a login goes along over TLS, in the parts that these programs know', async () => {
  const { login, proxy, url } = await accessTo('https://code.example/lib', basic('me', 'pa:ss'))
  assert.deepEqual([login, proxy?.host, url], [{ user: 'me', password: 'pa:ss' }, '127.0.0.1', undefined])
})

test('a path without TLS is told no login', async () => {
  for (const url of ['http://code.example/lib', 'https://code.example/lib']) {
    assert.equal((await accessTo(url, basic('me', 'pass'), true)).login, undefined)
  }
})

const unusable: readonly string[] = ['Bearer secret', basic('me', 'a\n[ui]\nssh=evil'), basic('me', 'tab\t'), 'Basic !']
for (const header of unusable) {
  test(`no program is given ${JSON.stringify(header.slice(0, 12))}, and nobody is told what it was`, async () => {
    await assert.rejects(accessTo('https://code.example/lib', header), (error) => {
      assert.ok(!(error as Error).message.includes('secret'))
      return failsWith('credentials-unusable', /logs in with a user and a password/)(error)
    })
  })
}

test('ssh and svnserve are sent to the address that was checked', async () => {
  const { ssh } = await accessTo('svn+ssh://me@code.example/lib')
  assert.match(ssh!, /HostName=2606:4700::1111.* HostKeyAlias=code.example .*-i key/)
  assert.equal((await accessTo('svn://code.example:99/lib', undefined, true)).url, 'svn://[2606:4700::1111]:99/lib')
  await assert.rejects(accessTo('svn://code.example/lib'), failsWith('discovery-invalid'))
})
