// The harness judged by the real go: what a test's upstream serves is right, so that what fails behind a gate is the gate.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

const program = {
  'go.mod': 'module main.example\n\ngo 1.20\n',
  'main.go': 'package main\n\nimport "graph.example/all"\n\nfunc main() { println(all.Names()) }\n',
}

test('the real go builds a program of the corpus straight from the upstream, each module verified', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files: program })
  const tidy = await go.run(['mod', 'tidy'])
  assert.equal(tidy.code, 0, tidy.stderr)
  const run = await go.run(['run', '.'])
  assert.match(run.stderr, /toasted 1\.3\.0 hello v1\.1\.0; hello you v2\.0\.0; legacy v2\.1\.0; root\/sub; untagged/)
  assert.ok(upstream.count('/sumdb/sumdb.example/lookup/*') > 0)
})
