// One row a lie or failure of the checksum database: what is new is refused with the reason, and comes once the database is honest.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { type DatabaseOptions, type TestDatabase, testDatabase } from './harness/database.ts'
import * as faults from './harness/fault.ts'
import type { Fault } from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { rowModule } from './harness/row-module.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

interface Row {
  readonly claim: string
  readonly sees: RegExp
  /** A database with the same name that claims something else. */
  readonly lie?: DatabaseOptions
  /** Or a fault on the way to the honest one; `path` is the module that will be asked for. */
  readonly fault?: (honest: TestDatabase, path: string) => readonly [glob: string, fault: Fault]
}

const lookups = '/sumdb/*/lookup/*'

const changedText = (change: (text: string) => string) =>
  faults.changed((honest) => ({ ...honest, body: Buffer.from(change(honest.body.toString())) }))

const flipped = faults.changed((honest) => {
  const body = Buffer.from(honest.body)
  body[0]! ^= 1
  return { ...honest, body }
})

/** The true, signed, included record of another module, with more text behind it. */
const unrelated =
  (database: TestDatabase, more = ''): Fault =>
  async (exchange) => {
    const record = await database.answer('lookup/hello.example/hello@v1.0.0')
    await faults.content(`${record!.toString()}${more}`)(exchange)
  }

const linesOf = (path: string) =>
  `\n${path} v1.0.0 h1:${'0'.repeat(43)}=\n${path} v1.0.0/go.mod h1:${'0'.repeat(43)}=\n`
const rewriteRow = (record: string) => (record.startsWith('row-0.') ? record.replaceAll(/h1:.{4}/g, 'h1:AAAA') : record)
const rewriteFiller = (record: string) => record.replace('filler.example/n v1.0.7 ', 'filler.example/n v9.0.7 ')

const rows: readonly Row[] = [
  { claim: 'a record that was rewritten under the same key', sees: /database-untrusted/, lie: { claim: rewriteRow } },
  {
    claim: 'a history that differs from the one seen before',
    sees: /database-untrusted/,
    lie: { claim: rewriteFiller },
  },
  { claim: 'a tree that shrank and changed', sees: /database-untrusted/, lie: { filler: 290 } },
  { claim: 'a head signed by another key', sees: /database-untrusted/, lie: { seed: 2 } },
  { claim: 'no record', sees: /no-record/, fault: () => [lookups, faults.status(404, 'not found\n')] },
  {
    claim: 'the true record of another module',
    sees: /database-untrusted|no-record/,
    fault: (honest) => [lookups, unrelated(honest)],
  },
  {
    claim: 'the wanted lines outside of an authentic record',
    sees: /database-untrusted|no-record/,
    fault: (honest, path) => [lookups, unrelated(honest, linesOf(path))],
  },
  {
    claim: 'an empty record',
    sees: /database-untrusted|no-record/,
    fault: () => [lookups, changedText((text) => text.replace(/^(\d+)\n[^\n]*\n[^\n]*\n/, '$1\n'))],
  },
  {
    claim: 'forged lines in a true record',
    sees: /database-untrusted/,
    fault: () => [lookups, changedText((text) => text.replaceAll(/h1:.{4}/g, 'h1:AAAA'))],
  },
  { claim: 'a login page for a record', sees: /database-/, fault: () => [lookups, faults.html()] },
  { claim: 'a lookup that fails', sees: /database-unreachable/, fault: () => [lookups, faults.status(500, 'no\n')] },
  { claim: 'a database that is forbidden', sees: /database-/, fault: () => ['/sumdb/*', faults.status(403, 'no\n')] },
  { claim: 'a database that resets', sees: /database-unreachable/, fault: () => ['/sumdb/*', faults.reset()] },
  { claim: 'a lookup that is cut', sees: /database-/, fault: () => [lookups, faults.truncated()] },
]

/** One module that is known before the first row. */
const warm = rows.length

test('no lie of the checksum database is believed, and its failure refuses what is new only', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus(Array.from({ length: rows.length + 1 }, (_, index) => rowModule(index)))
  const upstream = await corpusUpstream(t, { corpus })
  const honest = upstream.database
  // Mistrust is remembered for a moment, which would hide that it is not kept.
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', honest.key, '--absent-ttl', '0s'] })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: honest.key })
  const download = (index: number) => go.run(['mod', 'download', `row-${index}.example/m@v1.0.0`])
  assert.equal((await download(warm)).code, 0)
  for (const [index, row] of rows.entries()) {
    await t.test(row.claim, async () => {
      await misbehave(upstream, row, `row-${index}.example/m`)
      const refused = await download(index)
      assert.notEqual(refused.code, 0, 'go took it')
      assert.match(refused.stderr, row.sees)
      await go.forget()
      const known = await download(warm)
      assert.equal(known.code, 0, `what is known: ${known.stderr}`)
      upstream.database = honest
      upstream.heal()
      const again = await download(index)
      assert.equal(again.code, 0, `after the database healed: ${again.stderr}`)
    })
  }
})

async function misbehave(upstream: Upstream, { lie, fault }: Row, path: string): Promise<void> {
  if (fault !== undefined) upstream.fault(...fault(upstream.database, path))
  if (lie !== undefined) upstream.database = await testDatabase(upstream.corpus, lie)
}

test('a tile with one bit changed proves nothing, and is not kept', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const { key } = upstream.database
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', key, '--absent-ttl', '0s'] })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: key })
  upstream.fault('/sumdb/*/tile/*', flipped)
  const refused = await go.run(['mod', 'download', 'hello.example/hello@v1.0.0'])
  assert.match(refused.stderr, /database-untrusted/)
  upstream.heal()
  const again = await go.run(['mod', 'download', 'hello.example/hello@v1.0.0'])
  assert.equal(again.code, 0, again.stderr)
})
