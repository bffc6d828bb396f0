import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { bytesBody } from '../core/body.ts'
import { heldBytes, spool } from './spool.ts'

async function place(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'modgate-spool-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  return root
}

/** How many files below a directory this process has open, unlinked ones too. */
async function openBelow(directory: string): Promise<number> {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  )
  return links.filter((link) => link.startsWith(directory)).length
}

const pause = (turns: number) => async () => {
  for (let i = 0; i < turns; i++) await new Promise(setImmediate)
}

async function digestOf(chunks: AsyncIterable<Uint8Array>, between: () => Promise<void>): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of chunks) {
    const copy = createHash('sha256').update(chunk).digest('hex')
    await between()
    assert.equal(createHash('sha256').update(chunk).digest('hex'), copy, 'a chunk stays until the next is asked for')
    sum.update(chunk)
  }
  return sum.digest('hex')
}

test('readers of every speed get the same bytes, and nothing is left: no file, no descriptor', async (t) => {
  const directory = await place(t)
  const content = Buffer.alloc(3 << 20, 'abcdefghijklm')
  const file = await spool(directory).create(undefined)
  const readers = [0, 1, 3, 10].map((turns) => digestOf(file.body.read(), pause(turns)))
  const quitter = (async () => {
    for await (const chunk of file.body.read()) return chunk.byteLength
    return 0
  })()
  for (let at = 0; at < content.byteLength; at += 100_000) await file.write(content.subarray(at, at + 100_000))
  await file.finish()
  const late = digestOf(file.body.read(), pause(2))
  await file.release(bytesBody(content))
  const want = createHash('sha256').update(content).digest('hex')
  assert.deepEqual(
    await Promise.all([...readers, late]),
    Array.from({ length: 5 }, () => want),
  )
  assert.ok((await quitter) > 0)
  assert.deepEqual(await readdir(directory), [])
  assert.equal(await openBelow(directory), 0)
  assert.equal(await digestOf(file.body.read(), pause(0)), want, 'later ones read what was kept')
})

test('a file that is given up in the middle ends all its readers, and leaves nothing', async (t) => {
  const directory = await place(t)
  const file = await spool(directory).create(1 << 20)
  const readers = [0, 2].map((turns) => digestOf(file.body.read(), pause(turns)))
  const ended = Promise.all(readers.map((reader) => assert.rejects(reader, /not what was published/)))
  await file.write(Buffer.alloc(1 << 20))
  await pause(5)()
  await Promise.all([file.discard(new Error('not what was published')), file.discard(new Error('again'))])
  await ended
  await assert.rejects(digestOf(file.body.read(), pause(0)), /not what was published/)
  await assert.rejects(file.write(Buffer.alloc(1)), /not what was published/)
  await assert.rejects(file.finish(), /not what was published/)
  assert.deepEqual(await readdir(directory), [])
  assert.equal(await openBelow(directory), 0)
})

test('a discard after the release changes nothing', async (t) => {
  const file = await spool(await place(t)).create(undefined)
  await file.write(Buffer.from('content'))
  await file.finish()
  await file.release(bytesBody(Buffer.from('content')))
  await file.discard(new Error('too late'))
  assert.equal(await digestOf(file.body.read(), pause(0)), createHash('sha256').update('content').digest('hex'))
})

test('nobody gets the last bytes before the release, wherever a reader begins', async (t) => {
  const directory = await place(t)
  await fc.assert(
    fc.asyncProperty(fc.nat(3 * heldBytes), fc.nat(3 * heldBytes), async (size, start) => {
      const file = await spool(directory).create(undefined)
      let seen = 0
      const reader = (async () => {
        for await (const chunk of file.body.read({ start, end: Infinity })) seen += chunk.byteLength
      })()
      const ended = assert.rejects(reader, /untrue/)
      await file.write(Buffer.alloc(size))
      await file.finish()
      await pause(10)()
      assert.ok(start + seen <= Math.max(start, size - heldBytes), `${seen} bytes from ${start} of ${size}`)
      await file.discard(new Error('untrue'))
      await ended
    }),
    { numRuns: 40 },
  )
  assert.deepEqual(await readdir(directory), [])
  assert.equal(await openBelow(directory), 0)
})

test('a directory that is gone is a failure of the store', async (t) => {
  await assert.rejects(spool(join(await place(t), 'gone')).create(1), { code: 'store-failed' })
})
