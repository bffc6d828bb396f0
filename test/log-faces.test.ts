// The log shown to monitors and witnesses, beside the go command that uses it.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { newCosignatureVerifier, newVerifier, open } from '@modgate/gomod/note'
import { formatTree, recordHash, storedHashesForRecordHash, treeHash, type Hash } from '@modgate/gomod/tlog'
import { requireComponent } from './harness/components.ts'
import { logEntry, startGate, type Gate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'
import { serveWitness, testWitness, type TestWitness } from './harness/witness.ts'

const name = 'gate.test/log'
const priv = 'private.example/team/secret'

async function world(t: TestContext) {
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const guard = join(await temporaryDirectory(t), 'log.guard')
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', name, '--log-guard', guard],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
  ]
  const start = (more: readonly string[] = []) => startGate(t, { data, flags: [...flags, ...more] })
  return { upstream, guard, start }
}

async function ask({ url }: Gate, path: string, base = ''): Promise<Uint8Array> {
  const answer = await fetch(`${url.replace(/\/$/, '')}${base}${path}`)
  assert.equal(answer.status, 200, `${path}: ${answer.status}`)
  return new Uint8Array(await answer.arrayBuffer())
}

const textAt = async (gate: Gate, path: string) => Buffer.from(await ask(gate, path)).toString()
const lookup = (gate: Gate, module: string) => ask(gate, `/sumdb/${name}/lookup/${module}`)

async function keyOf(gate: Gate): Promise<string> {
  return /^export GOSUMDB=(\S+)$/m.exec(await textAt(gate, '/'))![1]!
}

/** Samples of /metrics. */
async function meter(gate: Gate, sample: string): Promise<number | undefined> {
  const line = (await textAt(gate, '/metrics')).split('\n').find((each) => each.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length + 1))
}

test('the entries below the base path hash to the root that both faces sign', async (t) => {
  const { start } = await world(t)
  const gate = await start(['--base-path', '/go'])
  const key = await keyOf(gate)
  for (const module of ['hello.example/hello@v1.0.0', `${priv}@v1.0.0`, 'hello.example/hello@v1.1.0'])
    await lookup(gate, module)
  const [origin, size, root] = open(await ask(gate, '/checkpoint'), [newVerifier(key)]).text.split('\n')
  assert.deepEqual([origin, size], [name, '3'])
  const entries = await ask(gate, '/tile/entries/000.p/3')
  const stored: Hash[] = []
  const reader = { readHashes: async (indexes: readonly number[]) => indexes.map((index) => stored[index]!) }
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length)
  let records = 0
  for (let at = 0; at < entries.length; at += 2 + view.getUint16(at)) {
    const record = entries.subarray(at + 2, at + 2 + view.getUint16(at))
    stored.push(...(await storedHashesForRecordHash(records++, recordHash(record), reader)))
  }
  const tree = { size: records, hash: await treeHash(records, reader) }
  assert.equal(formatTree(tree), `go.sum database tree\n3\n${root}\n`)
  assert.equal(open(await ask(gate, `/sumdb/${name}/latest`), [newVerifier(key)]).text, formatTree(tree))
  assert.equal((await fetch(new URL('/checkpoint', gate.url))).status, 404)
})

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, `not within 30 s: ${what}`)
    await sleep(50)
  }
}

/** The first log line with this field: lines are written in groups, a moment later. */
async function lineOf(gate: Gate, field: string, value: string): Promise<Readonly<Record<string, unknown>>> {
  const find = () => gate.log.map(logEntry).find((entry) => String(entry?.[field]).startsWith(value))
  await until(`a line with ${field} ${value}`, () => find() !== undefined)
  return find()!
}

const signersOf = async (gate: Gate, key: string, witness: TestWitness) =>
  open(await ask(gate, '/checkpoint'), [newVerifier(key), newCosignatureVerifier(witness.verifierKey)]).signatures
    .length

test('a witness cosigns what it has proved, over a restart too; one that is down or lies is a count and a line', async (t) => {
  const { start } = await world(t)
  const first = await start()
  const key = await keyOf(first)
  await lookup(first, 'hello.example/hello@v1.0.0')
  await first.stop()
  const witness = testWitness(key)
  const flag = await serveWitness(t, witness)
  const gate = await start(['--witness', flag])
  await until('the head of before is cosigned', async () => (await signersOf(gate, key, witness)) === 2)
  witness.misbehaviour = { kind: 'size', size: 9 }
  await lookup(gate, `${priv}@v1.0.0`)
  const ahead = `modgate_witness_requests_total{witness="${witness.name}",result="ahead"}`
  await until('more than there is', async () => ((await meter(gate, ahead)) ?? 0) >= 1)
  assert.equal((await lineOf(gate, 'result', 'ahead'))['level'], 'error')
  assert.equal(await signersOf(gate, key, witness), 1)
  witness.misbehaviour = undefined
  await until('the next one holds', async () => (await signersOf(gate, key, witness)) === 2)
  witness.misbehaviour = { kind: 'hangs' }
  const before = witness.asked
  await lookup(gate, 'hello.example/hello@v1.1.0')
  await until('it is asked', () => witness.asked > before)
  await lookup(gate, 'graph.example/all@v1.0.0')
  const ended = await gate.stop()
  assert.equal(ended.code, 0)
  witness.misbehaviour = undefined
  const again = await start(['--witness', flag])
  await until('the head is cosigned after the restart', async () => (await signersOf(again, key, witness)) === 2)
  assert.equal(witness.latest?.size, 4)
})

test('the meters say how the log stands, and count its own lookups apart from those of the public database', async (t) => {
  const { start } = await world(t)
  const gate = await start()
  const counted = async (sample: string) => (await meter(gate, sample)) ?? 0
  await lookup(gate, `${priv}@v1.0.0`)
  await lookup(gate, `${priv}@v1.0.0`)
  assert.equal((await fetch(`${gate.url}/sumdb/${name}/lookup/hello.example/nosuch@v1.0.0`)).status, 404)
  assert.equal(await counted('modgate_log_lookups_total{result="appended"}'), 1)
  assert.equal(await counted('modgate_log_lookups_total{result="kept"}'), 1)
  assert.equal(await counted('modgate_log_lookups_total{result="module-not-found"}'), 1)
  assert.equal(await counted('modgate_log_appends_total{result="appended"}'), 1)
  const metrics = await textAt(gate, '/metrics')
  assert.doesNotMatch(metrics, /modgate_sumdb_lookups_total\{[^}]*result="(?:kept|fetched|appended)"/)
  await until('the size is seen', async () => (await counted('modgate_log_tree_size')) === 1)
  assert.equal(await counted('modgate_log_signs'), 1)
  assert.ok((await meter(gate, 'modgate_log_head_age_seconds'))! >= 0)
})

test('a log that stops to take records is an error in the log and a meter, and no reason to take the gate out of service', async (t) => {
  const { start, guard } = await world(t)
  const gate = await start()
  await lookup(gate, 'hello.example/hello@v1.0.0')
  await until('it takes records', async () => (await meter(gate, 'modgate_log_signs')) === 1)
  await writeFile(guard, 'no guard\n')
  await until('it does not', async () => (await meter(gate, 'modgate_log_signs')) === 0)
  assert.equal((await lineOf(gate, 'cause', 'guard-unreadable'))['level'], 'error')
  assert.equal((await fetch(`${gate.url}/readyz`)).status, 200)
  assert.equal((await fetch(`${gate.url}/sumdb/${name}/lookup/hello.example/hello@v1.1.0`)).status, 503)
  assert.equal(await meter(gate, 'modgate_log_appends_total{result="log-closed"}'), 1)
  assert.equal(await meter(gate, 'modgate_log_lookups_total{result="log-closed"}'), 1)
})

test('a client that keeps the default database works beside the log, and learns what to paste where it asks about a private module', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { start, upstream } = await world(t)
  const gate = await start()
  const key = await keyOf(gate)
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n' }
  const download = async (sumdb: string, module: string) => {
    const client = await goClient(t, { toolchain, proxy: gate.url, sumdb, files })
    return client.run(['mod', 'download', module])
  }
  for (const sumdb of [upstream.database.key, key]) {
    const { code, stderr } = await download(sumdb, 'hello.example/hello@v1.0.0')
    assert.equal(code, 0, stderr)
  }
  assert.equal((await download(key, `${priv}@v1.0.0`)).code, 0)
  const refused = await download(upstream.database.key, `${priv}@v1.0.0`)
  assert.equal(refused.code, 1)
  const pasted = `go env -w GOSUMDB=${key} GOPRIVATE= GONOSUMDB=`
  assert.ok((refused.stdout + refused.stderr).includes(`next: ${pasted}\n`), refused.stderr)
  assert.equal(upstream.count('/sumdb/*private*'), 0)
  assert.equal((await lineOf(gate, 'msg', 'leak averted'))['client'], '127.0.0.1')
  assert.equal(await meter(gate, 'modgate_leaks_averted_total{kind="private-at-database"}'), 1)
})
