// One row a fault of the upstream: what the user of go sees, and that nothing of it was kept. Each row has a module of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { type CorpusModule, loadCorpus } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import type { Fault } from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { rowModule } from './harness/row-module.ts'
import { corpusUpstream } from './harness/upstream.ts'

type FileKind = 'info' | 'mod' | 'zip'

interface Row {
  readonly claim: string
  readonly file: FileKind
  readonly fault: (module: CorpusModule) => Fault
  /** The status that go shows and the code that the gate gives. */
  readonly sees: readonly RegExp[]
}

function statusRow(code: number, sees: readonly RegExp[]): Row {
  const says = `upstream says ${code}`
  const fault = () => faults.status(code, `${says}\n`, code === 429 ? { 'retry-after': '7' } : {})
  return { claim: `status ${code} of the upstream`, file: 'info', fault, sees }
}

const bad = /502 Bad Gateway/
const other = JSON.stringify({ Version: 'v9.9.9', Time: '2020-01-01T00:00:00Z' })

const rows: readonly Row[] = [
  statusRow(400, [bad, /upstream-error/, /upstream says 400/]),
  statusRow(401, [/401 Unauthorized/, /upstream-unauthorized/, /upstream says 401/]),
  statusRow(403, [/403 Forbidden/, /upstream-denied/, /upstream says 403/]),
  statusRow(404, [/404 Not Found/, /module-not-found/]),
  statusRow(410, [/410 Gone/, /module-gone/]),
  statusRow(429, [/429 Too Many Requests/, /upstream-rate-limited/]),
  statusRow(500, [bad, /upstream-error/, /upstream says 500/]),
  statusRow(502, [bad, /upstream-error/, /upstream says 502/]),
  statusRow(503, [/503 Service Unavailable/, /upstream-unavailable/]),
  statusRow(504, [/50[24] /, /upstream-(error|timeout)/]),
  row('a connection that is reset', 'info', faults.reset(), [bad, /upstream-(unreachable|truncated)/]),
  row('a login page as info', 'info', faults.html(), [bad, /upstream-invalid/]),
  row('a login page as go.mod', 'mod', faults.html(), [bad, /upstream-invalid|checksum-mismatch/]),
  row('a login page as zip', 'zip', faults.html(), [bad, /upstream-invalid|zip-invalid|checksum-mismatch/]),
  row('an info of another version', 'info', faults.content(other), [bad, /upstream-invalid/]),
  row('an info that is no JSON', 'info', faults.content('{"Version":'), [bad, /upstream-invalid/]),
  row('an info that is cut short of its length', 'info', faults.truncated(), [bad, /upstream-truncated/]),
  row('a go.mod with another requirement', 'mod', faults.content('module evil.example\n'), [bad, /checksum-mismatch/]),
  row('a go.mod that is cut short of its length', 'mod', faults.truncated(), [bad, /upstream-truncated/]),
  row('a zip that is cut short of its length', 'zip', faults.truncated(), [bad, /upstream-truncated/]),
  row('a zip without a length that is cut', 'zip', faults.truncatedChunked(), [bad, /upstream-truncated/]),
  row('a whole answer with half a zip', 'zip', faults.half(), [bad, /zip-invalid|checksum-mismatch/]),
  row('an empty zip', 'zip', faults.content(''), [bad, /upstream-invalid|zip-invalid|checksum-mismatch/]),
  {
    claim: 'a valid zip with one byte more in a file',
    file: 'zip',
    fault: ({ entries }) => faults.tamperedZip(entries),
    sees: [bad, /checksum-mismatch/],
  },
  row(
    'a redirect in a circle',
    'info',
    faults.redirect((path) => path),
    [bad, /redirect-refused/],
  ),
  row('a redirect to a metadata address', 'info', faults.redirect('http://169.254.169.254/latest/'), [
    bad,
    /redirect-refused/,
  ]),
  row('a redirect to a file', 'info', faults.redirect('file:///etc/passwd'), [bad, /redirect-refused|upstream-/]),
]

function row(claim: string, file: FileKind, fault: Fault, sees: readonly RegExp[]): Row {
  return { claim, file, fault: () => fault, sees }
}

test('the user of go sees what the upstream did, and nothing of it is kept', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus(rows.map((_, index) => rowModule(index)))
  const upstream = await corpusUpstream(t, { corpus })
  // Absence and mistrust are remembered for a moment, which would hide that nothing else is.
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--absent-ttl', '0s']
  const gate = await startGate(t, { flags })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
  for (const [index, { claim, file, fault, sees }] of rows.entries()) {
    await t.test(claim, async () => {
      const module = corpus.find(`row-${index}.example/m`, 'v1.0.0')!
      const download = ['mod', 'download', `${module.path}@v1.0.0`]
      upstream.fault(`/${module.path}/@v/v1.0.0.${file}`, fault(module))
      const refused = await go.run(download)
      assert.notEqual(refused.code, 0, 'go took it')
      for (const pattern of sees) assert.match(refused.stderr, pattern)
      upstream.heal()
      const again = await go.run(download)
      assert.equal(again.code, 0, `after the upstream healed: ${again.stderr}`)
    })
  }
})

test('an upstream that hangs costs its own request only, and the user of go is told which limit ended it', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus([rowModule(0), rowModule(1)])
  const upstream = await corpusUpstream(t, { corpus })
  const limits = ['--first-byte-timeout', '1s', '--stall-timeout', '1s']
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, ...limits]
  const gate = await startGate(t, { flags })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
  const hangs = { 'before the head': faults.hangBeforeHead(), 'after the head': faults.hangAfterHead() }
  for (const [index, [when, fault]] of Object.entries(hangs).entries()) {
    await t.test(`a zip that hangs ${when}`, async () => {
      upstream.fault('*.zip', fault)
      const refused = await go.run(['mod', 'download', `row-${index}.example/m@v1.0.0`])
      assert.notEqual(refused.code, 0)
      assert.match(refused.stderr, /504 Gateway Timeout/)
      assert.match(refused.stderr, /upstream-timeout/)
      upstream.heal()
      const again = await go.run(['mod', 'download', `row-${index}.example/m@v1.0.0`])
      assert.equal(again.code, 0, again.stderr)
    })
  }
})
