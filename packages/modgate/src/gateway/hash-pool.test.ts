import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { SpooledFile } from '../core/ports.ts'
import { hashPool, type HashPool } from './hash-pool.ts'
import { testModule } from './test-world.ts'

const module = await testModule()
const h1 = module.lines.split(/[ \n]/, 3)[2]

async function poolOf(t: TestContext, size: number): Promise<{ pool: HashPool; file: (bytes: Uint8Array) => Promise<SpooledFile> }> {
  const root = await mkdtemp(join(tmpdir(), 'modgate-hash-'))
  const pool = hashPool(size)
  t.after(async () => {
    await pool.close()
    await rm(root, { recursive: true, force: true })
  })
  let made = 0
  return {
    pool,
    async file(bytes) {
      const path = join(root, String(++made))
      await writeFile(path, bytes)
      return { path, size: bytes.byteLength }
    },
  }
} // prettier-ignore

test('many zips at once are each answered with their own hash, the invalid ones with why', async (t) => {
  const { pool, file } = await poolOf(t, 2)
  const modules = await Promise.all([1, 2, 3].map((i) => testModule({ version: `v1.0.${i}`, content: `package m${i}\n` })))
  const tasks = Array.from({ length: 30 }, async (_, i) => {
    const each = modules[i % 3]!
    if (i % 5 === 0) {
      const cut = await file(each.zip.subarray(0, 30 + i))
      await assert.rejects(pool.zip(cut, each), { code: 'zip-invalid', asked: `${each.path}@${each.version} (zip)` })
      return
    }
    const { h1: got, goModH1 } = await pool.zip(await file(each.zip), each)
    assert.deepEqual(`${each.path} ${each.version} ${got}\n${each.path} ${each.version}/go.mod ${goModH1}\n`, each.lines)
  })
  await Promise.all(tasks)
}) // prettier-ignore

test('a zip of another module is invalid', async (t) => {
  const { pool, file } = await poolOf(t, 1)
  const spooled = await file(module.zip)
  await assert.rejects(pool.zip(spooled, { path: 'b.example/m', version: 'v1.0.0' }), { code: 'zip-invalid' })
  await assert.rejects(pool.zip(spooled, { path: module.path, version: 'v1.0.1' }), { code: 'zip-invalid' })
})

test('a file that cannot be read is trouble of the gate, not of the zip, and the next one is hashed', async (t) => {
  const { pool, file } = await poolOf(t, 1)
  const gone = { path: '/nonexistent/zip', size: 1 }
  await assert.rejects(pool.zip(gone, module), (error: Error & { code?: string }) => error.code !== 'zip-invalid')
  assert.equal((await pool.zip(await file(module.zip), module)).h1, h1)
})

test('whatever bytes come, the answer is a hash or why the zip is invalid', async (t) => {
  const { pool, file } = await poolOf(t, 2)
  const changes = fc.array(fc.record({ at: fc.nat(module.zip.byteLength - 1), to: fc.nat(255) }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(module.zip.byteLength), async (edits, cut) => {
      const bytes = Buffer.from(module.zip)
      for (const { at, to } of edits) bytes[at] = to
      for (const each of [bytes, bytes.subarray(0, cut)]) {
        const outcome = await pool.zip(await file(each), module).catch((error: unknown) => error)
        const { code, h1: hash } = outcome as { code?: string; h1?: string }
        assert.ok(code === 'zip-invalid' || hash?.startsWith('h1:'), String(outcome))
      }
    }),
    { numRuns: 60 },
  )
}) // prettier-ignore

test('close ends what waits with a reason, and nothing is taken afterwards', async (t) => {
  const { pool, file } = await poolOf(t, 1)
  const spooled = await file(module.zip)
  const waiting = Promise.allSettled(Array.from({ length: 20 }, () => pool.zip(spooled, module)))
  await pool.close()
  for (const outcome of await waiting) {
    if (outcome.status === 'rejected') assert.equal((outcome.reason as { code?: string }).code, 'shutting-down')
    else assert.equal(outcome.value.h1, h1)
  }
  await assert.rejects(pool.zip(spooled, module), { code: 'shutting-down' })
  await pool.close()
})

for (const how of ['process.exit(3)', 'throw new Error("out of memory")']) {
  test(`a worker that dies by ${how} fails its own task, and the queue goes on`, async (t) => {
    const root = await mkdtemp(join(tmpdir(), 'modgate-hash-'))
    t.after(() => rm(root, { recursive: true, force: true }))
    const script = join(root, 'worker.mjs')
    await writeFile(
      script,
      `import { parentPort } from 'node:worker_threads'
       parentPort.on('message', ({ file }) => {
         if (file === 'deadly') { ${how} }
         parentPort.postMessage({ h1: 'h1:' + file })
       })`,
    )
    const pool = hashPool(1, new URL(`file://${script}`))
    t.after(() => pool.close())
    const files = ['a', 'deadly', 'b', 'deadly', 'c'].map((path) => ({ path, size: 1 }))
    const outcomes = await Promise.allSettled(files.map((each) => pool.zip(each, module)))
    assert.deepEqual(
      outcomes.map((each) => (each.status === 'fulfilled' ? each.value.h1 : (each.reason as { code?: string }).code)),
      ['h1:a', 'internal-error', 'h1:b', 'internal-error', 'h1:c'],
    )
  })
}

test('a pool that was told of a zip has a thread for it, which keeps nobody waiting where none comes', async (t) => {
  const { pool, file } = await poolOf(t, 1)
  pool.prepare?.()
  pool.prepare?.()
  assert.equal((await pool.zip(await file(module.zip), module)).h1, h1)
  const idle = hashPool(1)
  idle.prepare?.()
  await idle.close()
  idle.prepare?.()
  await assert.rejects(idle.zip({ path: '/nonexistent/zip', size: 1 }, module), { code: 'shutting-down' })
})
