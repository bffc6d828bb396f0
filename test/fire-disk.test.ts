// A disk that is full, or that can only be read: what is kept is answered, what is new is refused, and nothing half is left behind.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { audit } from './harness/audit.ts'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { type Gate, logEntry, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { rowModule } from './harness/row-module.ts'
import { eventually } from './harness/resources.ts'
import { type SmallDisk, smallDisk } from './harness/small-disk.ts'
import { corpusUpstream } from './harness/upstream.ts'

interface Trouble {
  readonly claim: string
  readonly begin: (disk: SmallDisk) => Promise<void>
  readonly end: (disk: SmallDisk) => Promise<void>
  readonly why: RegExp
}

const troubles: readonly Trouble[] = [
  {
    claim: 'a full disk',
    begin: (disk) => disk.fill(),
    end: (disk) => disk.makeRoom(),
    why: /the disk is full/,
  },
  {
    claim: 'a disk that became read-only',
    begin: (disk) => disk.readOnly(true),
    end: (disk) => disk.readOnly(false),
    why: /the disk says EROFS/,
  },
]

/** Modules: one that is known before, a small one and one that clients follow, and one for afterwards. */
const corpus = loadCorpus([rowModule(0), rowModule(1), rowModule(2, 5_000_000), rowModule(3)])
const zip = (row: number) => `/row-${row}.example/m/@v/v1.0.0.zip`

for (const { claim, begin, end, why } of troubles) {
  test(`${claim} stops what is new and nothing else, and is over when it is over`, async (t) => {
    const toolchain = await requireComponent(t, 'go')
    if (toolchain === undefined) return
    const disk = await smallDisk(t, 16)
    if (disk === undefined) return
    const upstream = await corpusUpstream(t, { corpus })
    const data = join(disk.path, 'data')
    await mkdir(data)
    const gate = await startGate(t, { data, flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
    const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
    const download = (row: number) => go.run(['mod', 'download', `row-${row}.example/m@v1.0.0`])
    assert.equal((await download(0)).code, 0)

    await begin(disk)
    await go.forget()
    const known = await download(0)
    assert.equal(known.code, 0, `what is kept: ${known.stderr}`)
    const refused = await download(1)
    assert.match(refused.stderr, /500 Internal Server Error[^]*modgate: store-failed/)
    assert.match(refused.stderr, why)
    assert.notEqual(await statusOrBreak(gate, zip(2)), 200)
    assert.equal((await fetch(`${gate.url}/readyz`)).status, 503)
    const noted = () => gate.log.some((line) => logEntry(line)?.['code'] === 'store-failed')
    assert.ok(await eventually(noted, Boolean), 'store-failed is not in the log')
    assert.deepEqual((await audit(data, corpus)).untrue, [])

    await end(disk)
    for (const row of [1, 2, 3]) {
      const again = await download(row)
      assert.equal(again.code, 0, `with room again: ${again.stderr}`)
    }
    assert.equal((await fetch(`${gate.url}/readyz`)).status, 200)
    await gate.stop()
    const { untrue, leftovers, quarantined } = await audit(data, corpus)
    assert.deepEqual({ untrue, leftovers, quarantined }, { untrue: [], leftovers: [], quarantined: [] })
  })
}

test('a gate on a full disk starts and answers what it has', async (t) => {
  const disk = await smallDisk(t, 16)
  if (disk === undefined) return
  const upstream = await corpusUpstream(t, { corpus })
  const data = join(disk.path, 'data')
  await mkdir(data)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const first = await startGate(t, { data, flags })
  assert.equal(await statusOrBreak(first, zip(0)), 200)
  await first.kill9()
  await disk.fill()
  const second = await startGate(t, { data, flags })
  assert.equal(await statusOrBreak(second, zip(0)), 200)
  assert.notEqual(await statusOrBreak(second, zip(1)), 200)
})

test('a gate does not start on a disk that can only be read, and says so in one line', async (t) => {
  const disk = await smallDisk(t, 16)
  if (disk === undefined) return
  await disk.readOnly(true)
  const flags = ['--upstream', 'http://127.0.0.1:1', '--sumdb', 'off']
  await assert.rejects(
    startGate(t, { data: disk.path, flags }),
    /ended with 2 [^]*data directory .* cannot be used: EROFS/,
  )
})

/** The status of an answer; 0 where its body broke off. */
async function statusOrBreak(gate: Gate, path: string): Promise<number> {
  const answer = await fetch(gate.url + path)
  return answer.arrayBuffer().then(
    () => answer.status,
    () => 0,
  )
}
