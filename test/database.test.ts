// One row a lie or failure of the checksum database: what is new is refused with the reason, and comes once the database is honest.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { type DatabaseOptions, testDatabase } from './harness/database.ts'
import * as faults from './harness/fault.ts'
import type { Fault } from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { rowModule } from './harness/row-module.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

interface Row {
  readonly claim: string
  readonly sees: RegExp
  /** A database with the same key that claims something else. */
  readonly lie?: (path: string) => DatabaseOptions
  /** Or a fault on the way. */
  readonly fault?: readonly [glob: string, fault: Fault]
}

const claimFor = (path: string, change: (record: string) => string | undefined): DatabaseOptions => ({
  claim: (record) => (record.startsWith(`${path} `) ? change(record) : record),
})
const forgeRecord = (record: string) => record.replaceAll(/h1:.{4}/g, 'h1:AAAA')

const changedText = (change: (text: string) => string) =>
  faults.changed((honest) => ({ ...honest, body: Buffer.from(change(honest.body.toString())) }))

/** Repeats the record's lines behind the signatures, under the name that was asked for. */
const linesOutside = changedText((text) => {
  const lines = text.split('\n').slice(1, 3).join('\n')
  return `${text}${lines.replaceAll('unrelated.example/m', `row-${rows.findIndex(({ fault }) => fault?.[1] === linesOutside)}.example/m`)}\n`
})

const flipped = faults.changed((honest) => {
  const body = Buffer.from(honest.body)
  body[0]! ^= 1
  return { ...honest, body }
})

const rows: readonly Row[] = [
  { claim: 'a signed record of other content', sees: /checksum-mismatch/, lie: (path) => claimFor(path, forgeRecord) },
  { claim: 'no record', sees: /no-record/, lie: (path) => claimFor(path, () => undefined) },
  {
    claim: 'a signed record of another module',
    sees: /database-untrusted|no-record/,
    lie: (path) => claimFor(path, (record) => record.replaceAll(path, 'unrelated.example/m')),
  },
  {
    claim: 'a history that differs from the one seen before',
    sees: /database-untrusted/,
    lie: () => ({ claim: (record) => record.replace('filler.example/n v1.0.7 ', 'filler.example/n v9.0.7 ') }),
  },
  { claim: 'a tree that shrank and changed', sees: /database-untrusted/, lie: () => ({ filler: 290 }) },
  { claim: 'a head signed by another key', sees: /database-untrusted/, lie: () => ({ seed: 2 }) },
  {
    claim: 'an empty record',
    sees: /database-untrusted|no-record/,
    fault: ['/sumdb/*/lookup/*', changedText((text) => text.replace(/^(\d+)\n[^\n]*\n[^\n]*\n/, '$1\n'))],
  },
  {
    claim: 'a record of another module, with the wanted lines outside of it',
    sees: /database-untrusted|no-record/,
    lie: (path) => claimFor(path, (record) => record.replaceAll(path, 'unrelated.example/m')),
    fault: ['/sumdb/*/lookup/*', linesOutside],
  },
  { claim: 'a tile with one bit changed', sees: /database-untrusted/, fault: ['/sumdb/*/tile/*', flipped] },
  { claim: 'a login page for a record', sees: /database-/, fault: ['/sumdb/*/lookup/*', faults.html()] },
  {
    claim: 'a lookup that fails',
    sees: /database-unreachable/,
    fault: ['/sumdb/*/lookup/*', faults.status(500, 'no\n')],
  },
  { claim: 'a database that is forbidden', sees: /database-/, fault: ['/sumdb/*', faults.status(403, 'no\n')] },
  { claim: 'a database that resets', sees: /database-unreachable/, fault: ['/sumdb/*', faults.reset()] },
  { claim: 'a lookup that is cut', sees: /database-/, fault: ['/sumdb/*/lookup/*', faults.truncated()] },
]

/** New modules after the warm one, so that each row adds to a tree that the gate has seen before. */
const warm = rows.length

test('no lie of the checksum database is believed, and its failure refuses what is new only', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus(Array.from({ length: rows.length + 1 }, (_, index) => rowModule(index)))
  const upstream = await corpusUpstream(t, { corpus })
  const honest = upstream.database
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', honest.key] })
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
  if (lie !== undefined) upstream.database = await testDatabase(upstream.corpus, lie(path))
  if (fault !== undefined) upstream.fault(...fault)
}
