import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { systemRunner } from '../packages/modgate/src/core/child-process.ts'
import { systemClock } from '../packages/modgate/src/core/system.ts'
import { publicAnd } from '../packages/modgate/src/source/address-guard.ts'
import { basic, credentials } from '../packages/modgate/src/source/credentials/credentials.ts'
import { gitConfig, sshCommand } from '../packages/modgate/src/source/credentials/git-access.ts'
import { gitHelper } from '../packages/modgate/src/source/credentials/git-helper.ts'
import { parsePlace } from '../packages/modgate/src/core/place.ts'
import { pinned, repositoryHosts } from '../packages/modgate/src/source/discovery/repository-host.ts'
import { requireComponent } from './harness/components.ts'
import { oddCertificate } from './harness/known-failures/servers.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const secret = 'c2VjcmV0LXRva2Vu'
const commit = '1'.repeat(40)
const signal = new AbortController().signal

/** What a git server was asked, and by whom. */
interface Visit {
  readonly host: string
  readonly authorization: string | undefined
  /** Programs on this machine whose arguments tell the secret, at that moment. */
  readonly tellers: readonly string[]
}

/** A server that answers `git ls-remote` with one branch, and under `/moved` with a way elsewhere. */
async function gitServer(t: TestContext, location = '') {
  const certificate = await oddCertificate(t, 'subjectAltName=DNS:git.example,DNS:other.example')
  const visits: Visit[] = []
  const packet = (line: string) => (line.length + 4).toString(16).padStart(4, '0') + line
  const refs = `${packet('# service=git-upload-pack\n')}0000${packet(`${commit} refs/heads/main\0\n`)}0000`
  const server = createServer(certificate, ({ headers, url = '' }, response) => {
    visits.push({ host: headers.host ?? '', authorization: headers.authorization, tellers: tellersOf(secret) })
    if (url.startsWith('/moved')) response.writeHead(302, { location: location + url.slice(6) }).end()
    else response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' }).end(refs)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return { port: (server.address() as AddressInfo).port, certFile: certificate.certFile, visits }
}

function tellersOf(text: string): readonly string[] {
  const read = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
    } catch {
      // It has ended, or this system has no such files.
      return ''
    }
  }
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return pids.map(read).filter((line) => line.includes(text))
}

/** Runs `git ls-remote` as somebody who checked the repository first, and has a token for it. */
async function lsRemote(t: TestContext, url: string, certFile: string, addresses: readonly string[] = ['127.0.0.1']) {
  const guard = {
    allows: publicAnd(['127.0.0.1']),
    resolve: async () => addresses.map((address) => ({ address, family: 4 })),
  }
  const hosts = repositoryHosts({ guard, isInsecure: () => false, proxied: () => false })
  const checked = await hosts.check({ vcs: 'git', url, root: 'v.example/lib' })
  const who = await credentials([async () => `Bearer ${secret}`], () => []).forGit(url, signal)
  const directory = await temporaryDirectory(t)
  return systemRunner.run(['git', 'ls-remote', '-q', '--end-of-options', url], {
    cwd: directory,
    environment: {
      PATH: process.env['PATH'],
      HOME: directory,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_SSL_CAINFO: certFile,
      ...gitConfig([...pinned(checked).config, ...who.config]),
      GIT_SSH_COMMAND: sshCommand(pinned(checked), who),
      GIT_TERMINAL_PROMPT: '0',
    },
  })
}

test('the real git goes to the address that was checked, as whom it should, and no argument tells the token', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const { port, certFile, visits } = await gitServer(t)
  const result = await lsRemote(t, `https://git.example:${port}/team/lib`, certFile)
  assert.equal(result.stdout, `${commit}\trefs/heads/main\n`, result.stderr)
  assert.deepEqual(visits, [{ host: `git.example:${port}`, authorization: `Bearer ${secret}`, tellers: [] }])
})

test('the real git follows no redirect away from the host that was checked', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const other = await gitServer(t)
  const { port, certFile, visits } = await gitServer(t, `https://127.0.0.1:${other.port}`)
  const result = await lsRemote(t, `https://git.example:${port}/moved/lib`, certFile)
  assert.notEqual(result.code, 0)
  assert.ok(!`${result.stdout}${result.stderr}`.includes(secret))
  assert.equal(visits.length, 1)
  assert.deepEqual(other.visits, [])
})

test('a search of all arguments finds what is told in one', async () => {
  if (process.platform !== 'linux') return
  const sleeper = systemRunner.run(['sh', '-c', 'read line', secret], { timeoutMs: 2000 })
  const found = tellersOf(secret)
  await sleeper
  assert.equal(found.length, 1)
})

test('the real git asks the helper that is named, and nobody else', async (t) => {
  if ((await requireComponent(t, 'git')) === undefined) return
  const directory = await temporaryDirectory(t)
  const environment = { PATH: process.env['PATH'], HOME: directory }
  const options = { runner: systemRunner, clock: systemClock, directory, environment }
  const answer = '!f() { test "$1" = get && sed -n s/^path=/username=/p && echo password=pass=word; }; f'
  const url = new URL('https://git.example/team/lib')
  const place = parsePlace('git.example/team')
  assert.equal(await gitHelper({ place, helper: answer }, options)(url, signal), basic('team', 'pass=word'))
  assert.equal(await gitHelper({ place, helper: '!true' }, options)(url, signal), undefined)
})
