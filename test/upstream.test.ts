// The harness judged by the real go: what the honest upstream serves is right and what the hostile one serves is refused, so that
// whatever differs behind a gate is the gate's doing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { type DatabaseOptions, testDatabase } from './harness/database.ts'
import * as faults from './harness/fault.ts'
import { goClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

const program = {
  'go.mod': 'module main.example\n\ngo 1.20\n',
  'main.go': 'package main\n\nimport "graph.example/all"\n\nfunc main() { println(all.Names()) }\n',
}

for (const name of ['go', 'older-go'] as const) {
  test(`${name} builds a program of the corpus straight from the upstream, each module verified`, async (t) => {
    const toolchain = await requireComponent(t, name)
    if (toolchain === undefined) return
    const upstream = await corpusUpstream(t)
    const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files: program })
    const tidy = await go.run(['mod', 'tidy'])
    assert.equal(tidy.code, 0, tidy.stderr)
    const run = await go.run(['run', '.'])
    assert.match(run.stderr, /toasted 1\.3\.0 hello v1\.1\.0; hello you v2\.0\.0; legacy v2\.1\.0; root\/sub; untagged/)
    assert.ok(upstream.count('/sumdb/sumdb.example/lookup/*') > 0)
  })
}

test('the toolchain of the corpus is one that the real go switches to', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const files = { 'go.mod': 'module main.example\n\ngo 1.99.0\n' }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  const { stdout, stderr } = await go.run(['version'], { GOTOOLCHAIN: 'auto' })
  assert.equal(stdout, 'go version go1.99.0 of the corpus\n', stderr)
})

const forge = (record: string) => record.replaceAll(/h1:.{4}/g, 'h1:AAAA')
const withoutTool = (record: string) => (record.startsWith('tool.example/') ? undefined : record)
const rewritten = (record: string) => record.replace('n v1.0.7 ', 'm v1.0.7 ')

/** What a client sees that has, or has not, met the honest database before. */
const lies: readonly (readonly [claim: string, lie: DatabaseOptions, pinned: boolean, sees: RegExp])[] = [
  ['forged hashes', { claim: forge }, false, /does NOT match the one reported by the checksum server/],
  ['no record', { claim: withoutTool }, false, /404 Not Found/],
  ['another key', { seed: 2 }, false, /invalid signature|note has no verifiable signatures/],
  ['another history', { claim: rewritten }, true, /server misbehavior detected/],
]

test('the lies of the test database are lies to the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const honest = upstream.database
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: honest.key })
  for (const [claim, lie, pinned, sees] of lies) {
    await t.test(claim, async () => {
      await go.forget()
      upstream.database = honest
      if (pinned) assert.equal((await go.run(['mod', 'download', 'hello.example/hello@v1.0.0'])).code, 0)
      upstream.database = await testDatabase(upstream.corpus, lie)
      const { code, stderr } = await go.run(['mod', 'download', 'tool.example/tool@v1.0.0'])
      assert.notEqual(code, 0)
      assert.match(stderr, sees)
    })
  }
})

test('a tampered zip of the upstream is refused by the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const { entries } = upstream.corpus.find('hello.example/hello', 'v1.0.0')!
  upstream.fault('*.zip', faults.tamperedZip(entries))
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key })
  const { stderr } = await go.run(['mod', 'download', 'hello.example/hello@v1.0.0'])
  assert.match(stderr, /checksum mismatch/)
})
