// A disk that is smaller than what is asked for: the gate lets go of what it can, and nobody notices.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadCorpus } from './harness/corpus.ts'
import { startGate } from './harness/gate.ts'
import { smallDisk } from './harness/small-disk.ts'
import { corpusUpstream } from './harness/upstream.ts'

const mebibyte = 1 << 20
const large = Array.from(
  { length: 8 },
  (_, i) =>
    `module large.example/m${i} v1.0.0\ntime 2020-01-01T00:00:00Z\nnoise data${i}.bin ${3 * mebibyte}\n-- go.mod --\nmodule large.example/m${i}\n`,
)

for (const [claim, flags, wanted] of [
  ['with a limit that the disk cannot hold makes room and serves all', ['--cache-size', '1GB'], 200],
  ['without a limit removes nothing and says that the disk is full', [], 500],
] as const) {
  test(`a gate ${claim}`, async (t) => {
    const disk = await smallDisk(t, 14)
    if (disk === undefined) return
    const corpus = loadCorpus(large)
    const upstream = await corpusUpstream(t, { corpus })
    const data = join(disk.path, 'data')
    await mkdir(data)
    const gate = await startGate(t, {
      data,
      flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--prefetch', 'off', ...flags],
    })
    const statuses: number[] = []
    for (let i = 0; i < large.length; i++) {
      const response = await fetch(`${gate.url}/large.example/m${i}/@v/v1.0.0.zip`)
      const { byteLength } = await response.arrayBuffer()
      assert.ok(response.status !== 200 || byteLength > 3 * mebibyte)
      statuses.push(response.status)
    }
    assert.equal(statuses[0], 200)
    assert.equal(statuses.at(-1), wanted, String(statuses))
    await gate.stop()
  })
}
