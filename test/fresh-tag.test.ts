// A tag that was pushed a moment ago: a real gate, real git over TLS, the real go. It works at once, and nobody floods the repository.
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeHost, type CodeHost } from './harness/code-host.ts'
import { requireComponent } from './harness/components.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { gitIn } from './harness/git-repository.ts'
import { goClient, type GoClient } from './harness/go-client.ts'

const host = 'code.corp.test'
const lib = `${host}/team/lib`

interface World {
  readonly code: CodeHost
  readonly gate: Gate
  readonly client: GoClient
  readonly push: (tag: string) => void
}

async function world(t: TestContext): Promise<World | undefined> {
  for (const component of ['git', 'openssl'] as const)
    if ((await requireComponent(t, component)) === undefined) return undefined
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const code = await codeHost(t, host)
  code.pages.set(lib, 'team/lib.git')
  code.make('team/lib.git', (r) => {
    r.commit({ 'go.mod': `module ${lib}\n\ngo 1.20\n`, 'a.go': 'package a\n' })
    r.tag('v1.0.0')
  })
  const flags = ['--upstream', 'off', '--sumdb', 'off', '--log-name', 'gate.test', '--private', '*.corp.test']
  const gate = await startGate(t, { flags, env: code.env })
  const sumdb = /^export GOSUMDB=(\S+)$/m.exec(await (await fetch(gate.url)).text())![1]!
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n' }
  const client = await goClient(t, { toolchain, proxy: gate.url, sumdb, files })
  return { code, gate, client, push: (tag) => void gitIn(code.place('team/lib.git'), ['tag', tag]) }
}

const get = (client: GoClient, version: string) => client.run(['get', `${lib}@${version}`])

test('a tag that is pushed after the names were read is there for the next go get', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, push } = made
  const first = await get(client, 'v1.0.0')
  assert.equal(first.code, 0, first.stderr)
  push('v1.1.0')
  const second = await get(client, 'v1.1.0')
  assert.equal(second.code, 0, second.stderr)
})

test('a tag that was asked for before it was pushed is there a second later, and until then the advice is to push it', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, push } = made
  const before = await get(client, 'v1.1.0')
  assert.equal(before.code, 1)
  assert.match(before.stderr, /unknown revision v1\.1\.0/)
  assert.match(
    before.stderr,
    /next: check the spelling, and that this tag, branch or commit is pushed to this repository/,
  )
  assert.doesNotMatch(before.stderr, /--private|--route/)
  push('v1.1.0')
  await sleep(1_100)
  const after = await get(client, 'v1.1.0')
  assert.equal(after.code, 0, after.stderr)
})

test('however many names are missed, a repository is asked once a second', async (t) => {
  const made = await world(t)
  if (!made) return
  const { code, gate } = made
  const questions = () => code.asked.filter((line) => line.startsWith('POST ')).length
  const [before, began] = [questions(), performance.now()]
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      await sleep((i % 6) * 250)
      return (await fetch(`${gate.url}/${lib}/@v/v9.0.${i}.info`)).status
    }),
  )
  assert.deepEqual([...new Set(statuses)], [404])
  const seconds = (performance.now() - began) / 1000
  const asked = questions() - before
  assert.ok(asked >= 1 && asked <= seconds + 1, `${asked} questions in ${seconds} s`)
})
