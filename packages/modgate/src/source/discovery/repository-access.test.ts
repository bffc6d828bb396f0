import assert from 'node:assert/strict'
import { test } from 'node:test'
import { publicAnd } from '../address-guard.ts'
import { credentials } from '../credentials/credentials.ts'
import { sshCommand } from '../credentials/git-access.ts'
import { failsWith } from '../test-peers.ts'
import type { Peer, QuestionPeer } from '../peer.ts'
import { repositoryAccess } from './repository-access.ts'
import { repositoryHosts } from './repository-host.ts'
import { someContext } from './test-pages.ts'

const refs = { 'content-type': 'application/x-git-upload-pack-advertisement' }

interface Answer {
  readonly status: number
  /** Where the redirects ended. */
  readonly url: string
}

/** Hosts of which the gate knows `git.example`; every question is answered with what `answer` is at that time. */
function world({ provesAbsence = false }: { readonly provesAbsence?: boolean } = {}) {
  const answer: { now: Answer } = { now: { status: 404, url: '' } }
  const asked: string[] = []
  const peer: Peer & QuestionPeer = {
    ask: async (url) => {
      asked.push(url.href)
      return { url, status: 404, headers: {}, body: (async function* () {})(), discard: () => undefined }
    },
    get: async (asked) => {
      const url = new URL(answer.now.url === '' ? asked.href : `${answer.now.url}/info/refs`)
      return {
        url,
        status: answer.now.status,
        headers: refs,
        body: (async function* () {})(),
        discard: () => undefined,
      }
    },
    close: async () => undefined,
  }
  const resolve = async () => [{ address: '192.0.2.1', family: 4 }]
  const guard = { allows: publicAnd(['192.0.2.0/24']), resolve }
  const isInsecure = (path: string) => path === 'lab.example/lib'
  const access = repositoryAccess({
    hosts: repositoryHosts({ guard, isInsecure, proxied: () => false }),
    peer,
    credentials: credentials([async ({ host }) => (host === 'git.example' ? 'Bearer secret' : undefined)], () => []),
    ssh: sshCommand,
    provesAbsence,
  })
  return { answer, access, asked }
}

const root = (url: string, path = 'v.example/lib') => ({ vcs: 'git' as const, url, root: path, subdirectory: '' })
const isLoggedIn = ({ config = [] }: { readonly config?: readonly (readonly [string, string])[] }) =>
  config.some(([, value]) => value.includes('secret'))

test('git logs in over TLS that it checks, and is told no login where it need not check', async () => {
  const { access } = world()
  assert.ok(isLoggedIn(await access.access(root('https://git.example/lib'))))
  const lab = await access.access(root('https://git.example/lib', 'lab.example/lib'))
  assert.ok(!isLoggedIn(lab))
  assert.ok(lab.config?.some(([key, value]) => key === 'http.sslVerify' && value === 'false'))
})

test('a repository that moves to another host is followed there without a login, and no longer when it is back', async () => {
  const { access, answer } = world()
  const old = root('https://old.example/lib')
  answer.now = { status: 401, url: 'https://git.example/lib' }
  assert.equal(await access.lookAgain(old, someContext), 'moved')
  const there = await access.access(old)
  assert.deepEqual([there.url, isLoggedIn(there)], ['https://git.example/lib', false])
  assert.equal(await access.lookAgain(old, someContext), undefined)
  answer.now = { status: 200, url: old.url }
  assert.equal(await access.lookAgain(old, someContext), 'moved')
  assert.equal((await access.access(old)).url, old.url)
})

test('a host that hides what it has from strangers proves no absence to one', async () => {
  const stranger = root('https://other.example/lib')
  const { access } = world()
  await assert.rejects(access.lookAgain(stranger, someContext), failsWith('origin-unreachable', /no credential/))
  assert.equal(await access.lookAgain(root('https://git.example/lib'), someContext), 'absent')
  assert.equal(await world({ provesAbsence: true }).access.lookAgain(stranger, someContext), 'absent')
})

test('a question goes where git would ask, and not without TLS that is checked, nor to a repository that has moved', async () => {
  const { access, answer, asked } = world()
  const question = Buffer.from('0000')
  assert.equal(await access.ask(root('https://git.example/lib'), question, someContext.signal), undefined)
  assert.deepEqual(asked, ['https://git.example/lib/git-upload-pack'])
  const closed = root('https://192.168.0.1/lib')
  await assert.rejects(access.ask(closed, question, someContext.signal), failsWith('address-refused', /192\.168\.0\.1/))
  for (const url of ['http://git.example/lib', 'https://git.example/lib', 'ssh://git@git.example/lib']) {
    assert.equal(await access.ask(root(url, 'lab.example/lib'), question, someContext.signal), undefined)
  }
  const old = root('https://old.example/lib')
  answer.now = { status: 401, url: 'https://git.example/lib' }
  await access.lookAgain(old, someContext)
  assert.equal(await access.ask(old, question, someContext.signal), undefined)
  assert.equal(asked.length, 1)
})
