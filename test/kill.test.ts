// A gate that is killed at many points of a cold download: after its next start everything is whole, and nothing is left behind.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { escapePath, escapeVersion } from '@modgate/gomod/module'
import { requireComponent } from './harness/components.ts'
import { zipOf } from './harness/corpus.ts'
import type { Fault } from './harness/fault.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

/** The gate dies while its upstream answers the request with this number. */
const moments = [1, 3, 6, 10, 15, 21, 28]

test('kill -9 in the middle of a cold download, again and again, leaves whole entries and nothing else', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key]
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n\nrequire graph.example/all v1.0.0\n' }
  for (const moment of moments) {
    const gate = await startGate(t, { data, flags })
    const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key, files })
    upstream.heal()
    upstream.forget()
    const killer: Fault = async ({ response, honest: { body } }) => {
      response.write(body.subarray(0, body.length >> 1))
      if (upstream.requests.length >= moment) await gate.kill9()
      response.end(body.subarray(body.length >> 1))
    }
    upstream.fault('*', killer)
    await go.run(['mod', 'download', 'all'])
    await gate.kill9()
  }
  upstream.heal()
  const gate = await startGate(t, { data, flags })
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key, files })
  const whole = await go.run(['mod', 'download', 'all'])
  assert.equal(whole.code, 0, whole.stderr)
  await gate.stop()
  const kept = (await readdir(data, { recursive: true })).filter((name) => name.endsWith('.zip'))
  assert.ok(kept.length > 5)
  for (const module of upstream.corpus.modules) {
    const key = join(escapePath(module.path), '@v', `${escapeVersion(module.version)}.zip`)
    for (const name of kept.filter((candidate) => candidate.endsWith(key))) {
      assert.ok((await readFile(join(data, name))).equals(zipOf(module)), name)
    }
  }
  assert.deepEqual(await filesOf(join(data, 'spool')), [])
  assert.deepEqual(await filesOf(join(data, 'quarantine')), [])
})

async function filesOf(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}
