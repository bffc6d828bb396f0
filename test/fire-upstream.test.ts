// An upstream that breaks off, hangs or drips, one row for each kind of file: all rows at once, since each has a module of its own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import * as faults from './harness/fault.ts'
import type { Fault } from './harness/fault.ts'
import { logEntry, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import type { Finished } from './harness/process.ts'
import { rowModule } from './harness/row-module.ts'
import { corpusUpstream } from './harness/upstream.ts'

const files = ['v1.0.0.info', 'v1.0.0.mod', 'v1.0.0.zip', 'list'] as const

interface Row {
  readonly claim: string
  readonly file: (typeof files)[number]
  readonly fault: Fault
  /** The code of the refusal; undefined: the user gets what was asked for. */
  readonly code: string | undefined
  readonly status: string
}

const kinds: readonly (readonly [what: string, fault: Fault, code: string | undefined, status: string])[] = [
  ['is cut short of its length', faults.truncated(), 'upstream-truncated', '502 Bad Gateway'],
  ['is cut without a length', faults.truncatedChunked(), 'upstream-truncated', '502 Bad Gateway'],
  ['does not begin in time', faults.hangBeforeHead(), 'upstream-timeout', '504 Gateway Timeout'],
  ['begins and does not go on', faults.hangAfterHead(), 'upstream-timeout', '504 Gateway Timeout'],
  ['comes slowly, but comes', faults.slow(8, 25), undefined, ''],
]

const rows: readonly Row[] = files.flatMap((file) =>
  kinds.map(([what, fault, code, status]) => ({ claim: `${file} ${what}`, file, fault, code, status })),
)

// Each running process has a listener that ends it with this one.
process.setMaxListeners(64)

const limits = ['--first-byte-timeout', '2s', '--stall-timeout', '2s']

test('an upstream that breaks off, hangs or drips is told apart by file, and nothing of it is kept', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const corpus = loadCorpus(rows.map((_, index) => rowModule(index)))
  const upstream = await corpusUpstream(t, { corpus })
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--absent-ttl', '0s', ...limits]
  const gate = await startGate(t, { flags })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
  const run = ({ file }: Row, index: number): Promise<Finished> => {
    const path = `row-${index}.example/m`
    return go.run(file === 'list' ? ['list', '-m', '-versions', path] : ['mod', 'download', `${path}@v1.0.0`])
  }
  for (const [index, { file, fault }] of rows.entries()) upstream.fault(`/row-${index}.example/m/@v/${file}`, fault)
  const first = await Promise.all(rows.map(run))
  upstream.heal()
  const second = await Promise.all(rows.map(run))
  await gate.stop()
  const logged = new Set(gate.log.map((line) => [logEntry(line)?.['module'], logEntry(line)?.['code']].join(' ')))
  for (const [index, { claim, code, status }] of rows.entries()) {
    await t.test(claim, () => {
      const { code: exit, stderr } = first[index]!
      if (code === undefined) assert.equal(exit, 0, stderr)
      else {
        assert.notEqual(exit, 0, 'go took it')
        assert.match(stderr, new RegExp(`${status}[^]*modgate: ${code} `))
        assert.ok(logged.has(`row-${index}.example/m ${code}`), `${code} is not in the log`)
      }
      assert.equal(second[index]!.code, 0, `after the upstream healed: ${second[index]!.stderr}`)
    })
  }
})

const inside = [
  'http://10.0.0.1/',
  'http://192.168.1.1:8080/x',
  'http://[fd00::1]/',
  'http://[::ffff:169.254.169.254]/latest/meta-data/',
  'http://100.64.0.1/',
  'gopher://127.0.0.1/',
]

test('an upstream cannot lead the gate to a private address or in a circle', async (t) => {
  const corpus = loadCorpus(Array.from({ length: inside.length + 1 }, (_, index) => rowModule(index)))
  const upstream = await corpusUpstream(t, { corpus })
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
  for (const [index, location] of inside.entries()) {
    upstream.fault(`/row-${index}.example/*`, faults.redirect(location))
    const answer = await fetch(`${gate.url}/row-${index}.example/m/@v/v1.0.0.info`)
    assert.equal(answer.status, 502, location)
    assert.match(await answer.text(), /redirect-refused/)
  }
  const last = `/row-${inside.length}.example/m/@v/v1.0.0.info`
  upstream.fault(
    `${last}*`,
    faults.redirect((path) => (path.endsWith('?2') ? last : `${last}?2`)),
  )
  const circle = await fetch(gate.url + last)
  assert.match(await circle.text(), /redirect-refused/)
  assert.ok(upstream.count(`${last}*`) < 15)
})

test('while the upstream is gone what is kept is served, and it is asked again when it is back', async (t) => {
  const upstream = await corpusUpstream(t)
  const flags = [
    '--upstream',
    upstream.url,
    '--sumdb',
    upstream.database.key,
    '--answer-ttl',
    '0s',
    '--absent-ttl',
    '0s',
  ]
  const gate = await startGate(t, { flags })
  const get = async (path: string) => (await fetch(gate.url + path)).status
  const list = '/hello.example/hello/@v/list'
  const known = '/hello.example/hello/@v/v1.0.0.zip'
  const unknown = '/hello.example/hello/@v/v1.1.0.zip'
  assert.deepEqual([await get(list), await get(known)], [200, 200])
  await upstream.stop()
  assert.deepEqual([await get(known), await get(list)], [200, 200])
  const refused = await fetch(gate.url + unknown)
  assert.ok([502, 503].includes(refused.status))
  assert.match(await refused.text(), /upstream-unreachable|database-unreachable/)
  const stale = await fetch(gate.url + list)
  assert.match(stale.headers.get('cache-status') ?? '', /stale|fwd=stale|upstream-unreachable/)
  await upstream.start()
  upstream.forget()
  assert.deepEqual([await get(unknown), await get(list)], [200, 200])
  assert.ok(upstream.count(list) >= 1)
})
