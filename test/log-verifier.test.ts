// The judge of the log's storms is judged first: it passes an honest database, and finds each lie.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { type DatabaseOptions, testDatabase } from './harness/database.ts'
import { changed } from './harness/fault.ts'
import { logVerifier } from './harness/log-verifier.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const corpus = loadCorpus()
const filler = (n: number, hash = '0') => `filler.example/n v1.0.${n} h1:${hash.repeat(43)}=`

const lies: readonly [claim: string, says: RegExp, lie: DatabaseOptions | ((upstream: Upstream) => void)][] = [
  [
    'a version that stands twice',
    /filler\.example\/n@v1\.0\.7 stands in the log again/,
    { claim: (record) => record.replaceAll('n v1.0.8', 'n v1.0.7') },
  ],
  ['a log that shrank', /the log had 3\d\d records, and has 2\d\d/, { filler: 200 }],
  ['another beginning', /a fork/, { filler: 310, claim: (record) => record.replaceAll('h1:0000', 'h1:1111') }],
  ['a record that is none', /record 3 is/, { claim: (record) => record.replace('v1.0.3/go.mod', 'v1.0.4/go.mod') }],
  ['another key', /latest: malformed note|cannot verify|no verifiable signatures/, { seed: 2 }],
  [
    'a forged tile',
    /is not what its records make it/,
    (upstream) => upstream.fault('*/tile/8/0/000', rewritten(flipped)),
  ],
  ['a forged record', /make the root/, (upstream) => upstream.fault('*/tile/8/data/000', rewritten(otherHash))],
]

const rewritten = (change: (whole: Buffer) => Buffer) => changed((whole) => ({ ...whole, body: change(whole.body) }))
const flipped = (whole: Buffer) => Buffer.from(whole.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))
const otherHash = (whole: Buffer) => Buffer.from(whole.toString().replace('h1:0000', 'h1:1111'))

for (const [claim, says, lie] of lies) {
  test(`the verifier passes an honest log, and then finds ${claim}`, async (t) => {
    const program = await requireComponent(t, 'log-verifier')
    if (program === undefined) return
    const upstream = await corpusUpstream(t, { corpus })
    const verifier = await logVerifier(t, program, upstream.database.key)
    const honest = await verifier.run(upstream.url, [filler(5), filler(299)])
    assert.equal(honest.code, 0, honest.stderr)
    assert.match(honest.stdout, /"size":3\d\d,.*"looked":2/)
    if (typeof lie === 'function') lie(upstream)
    else upstream.database = await testDatabase(corpus, lie)
    const lied = await verifier.run(upstream.url)
    assert.equal(lied.code, 1)
    assert.match(lied.stderr, says)
  })
}

test('the verifier finds an answer that is not in the log', async (t) => {
  const program = await requireComponent(t, 'log-verifier')
  if (program === undefined) return
  const upstream = await corpusUpstream(t, { corpus })
  const verifier = await logVerifier(t, program, upstream.database.key)
  for (const line of [filler(5, '1'), filler(900)]) {
    const { code, stderr } = await verifier.run(upstream.url, [filler(5), line])
    assert.equal(code, 1)
    assert.match(stderr, /was answered, and the log has/)
  }
})
