import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Content, Verified } from '../core/ports.ts'
import { openDataDirectory, type DataDirectory } from './data-directory.ts'
import { diskCheckpoints } from './disk-checkpoints.ts'
import { diskStore } from './disk-store.ts'
import { factsBook, type FileFacts } from './entry-facts.ts'

const content = (text: string) => Buffer.from(text) as unknown as Verified<Content>

async function directories(t: TestContext, count: number): Promise<DataDirectory[]> {
  const root = await mkdtemp(join(tmpdir(), 'modgate-disk-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  return Promise.all(Array.from({ length: count }, () => openDataDirectory(join(root, 'data'))))
}

const leftovers = async (all: readonly DataDirectory[]) =>
  (await Promise.all(all.map(({ spool }) => readdir(spool)))).flat()

test('of many durable writers in two processes each one counts, none is lost', async (t) => {
  const both = await directories(t, 2)
  const checkpoints = both.map((each) => diskCheckpoints(each))
  const add = async (i: number) => {
    for (;;) {
      const old = (await checkpoints[i % 2]!.read('sum/head'))?.bytes
      const next = Buffer.from(String(Number(String(Buffer.from(old ?? '0'))) + 1))
      if (await checkpoints[i % 2]!.replace('sum/head', old, next, { durable: true })) return
    }
  }
  await Promise.all(Array.from({ length: 20 }, (_, i) => add(i)))
  assert.equal(await readFile(join(both[0]!.modules, 'sum/head'), 'utf8'), '20')
  assert.deepEqual(await readdir(join(both[0]!.modules, 'sum')), ['head'], 'no lock is left')
  assert.deepEqual(await leftovers(both), [])
})

test('two parts of one process that write at the same time never take each other’s bytes', async (t) => {
  const directory = (await directories(t, 1))[0]!
  const [one, two] = [diskCheckpoints(directory), diskCheckpoints(directory)]
  const names = Array.from({ length: 200 }, (_, i) => `example.test/n${i}`)
  await Promise.all(
    names.flatMap((name) => [one.write(`one/${name}`, Buffer.from(name)), two.write(`two/${name}`, Buffer.from(name))]),
  )
  for (const name of names) {
    for (const part of ['one', 'two']) {
      assert.equal(Buffer.from((await one.read(`${part}/${name}`))!.bytes).toString(), name)
    }
  }
})

test('the lock of a dead process is taken over, by one of all who wait', async (t) => {
  const both = await directories(t, 2)
  const [first] = both
  const dead = join(dirname(first!.spool), `${hostname()}-999999999-1-abcd`)
  for (let round = 0; round < 5; round++) {
    const name = `heads/${round}`
    await mkdir(join(first!.modules, 'heads'), { recursive: true })
    await writeFile(join(first!.modules, `${name}.lock`), dead)
    const writers = Array.from({ length: 8 }, (_, i) => diskCheckpoints(both[i % 2]!))
    const won = await Promise.all(
      writers.slice(0, 2).map((each, i) => each.replace(name, undefined, Buffer.from(String(i)), { durable: true })),
    )
    assert.equal(won.filter(Boolean).length, 1)
  }
  assert.deepEqual((await readdir(join(first!.modules, 'heads'))).toSorted(), ['0', '1', '2', '3', '4'])
  assert.deepEqual(await leftovers(both), [])
})

test('a replacement that cannot be written leaves no temporary file, and says that the store failed', async (t) => {
  const [directory] = await directories(t, 1)
  const checkpoints = diskCheckpoints(directory!)
  await mkdir(join(directory!.modules, 'a', 'b'), { recursive: true })
  for (const durable of [false, true]) {
    await assert.rejects(checkpoints.replace('a', undefined, Buffer.from('x'), { durable }), { code: 'store-failed' })
  }
  await writeFile(join(directory!.modules, 'file'), '')
  await assert.rejects(checkpoints.replace('file/below', undefined, Buffer.from('x')), { code: 'store-failed' })
  assert.deepEqual(await leftovers([directory!]), [])
})

test('puts of one key in two processes have one winner, and leave no temporary file', async (t) => {
  const both = await directories(t, 2)
  const stores = both.map((each) => diskStore(each))
  const spooled = await Promise.all(
    both.map(async ({ spool }, i) => {
      const path = join(spool, 'zip')
      await writeFile(path, `zip ${i}`)
      return { path, size: 5 } as unknown as Verified<Content>
    }),
  )
  const won = await Promise.all([
    ...stores.map((store, i) => store.put('k/v.zip', spooled[i]!)),
    ...stores.map((store) => store.put('k/v.zip', content('bytes'))),
  ])
  assert.equal(won.filter(Boolean).length, 1)
  assert.deepEqual(await leftovers(both), ['zip', 'zip'], 'a spooled file stays its maker’s')
})

test('what is quarantined twice at once does not take a new entry with it', async (t) => {
  const [directory] = await directories(t, 1)
  const store = diskStore(directory!)
  await store.put('a/1', content('bad'))
  await store.quarantine('a/1', 'is bad')
  await store.quarantine('a/1', 'is bad')
  const [evidence] = await readdir(directory!.quarantine)
  assert.equal(await readFile(join(directory!.quarantine, evidence!, 'content'), 'utf8'), 'bad')
  await store.put('a/1', content('good'))
  assert.ok(await store.open('a/1'))
})

for (const prefix of ['..', '../..', '/', 'a/../..']) {
  test(`keys below ${prefix} are not listed`, async (t) => {
    const [directory] = await directories(t, 1)
    const list = async () => {
      const keys: string[] = []
      for await (const { key } of diskStore(directory!).list(prefix)) keys.push(key)
      return keys
    }
    const keys = await list().catch((error: unknown) => (error as { code?: string }).code)
    assert.ok(keys === 'bad-request' || (Array.isArray(keys) && keys.length === 0))
  })
}

const facts = (hash: string): FileFacts => ({
  size: 1,
  hash,
  trust: 'first-seen',
  source: 'https://upstream.example',
  firstSeen: '2026-01-01T00:00:00.000Z',
})
const module = { path: 'a.example/M', version: 'v1.0.0' }

test('the first facts stay, in two processes at once too', async (t) => {
  const both = await directories(t, 2)
  const books = both.map((each) => factsBook(diskCheckpoints(each)))
  const given = await Promise.all(
    Array.from({ length: 10 }, (_, i) => books[i % 2]!.add(module, 'zip', facts(`h1:${i}`), { durable: true })),
  )
  assert.equal(new Set(given.map(({ hash }) => hash)).size, 1)
  assert.deepEqual((await books[0]!.reread(module)).zip, given[0])
})

test('facts of all kinds that are added at once are all there', async (t) => {
  const [directory] = await directories(t, 1)
  const book = factsBook(diskCheckpoints(directory!))
  await Promise.all((['info', 'mod', 'zip'] as const).map((kind) => book.add(module, kind, facts(`h1:${kind}`))))
  assert.deepEqual(Object.keys(await factsBook(diskCheckpoints(directory!)).read(module)).toSorted(), [
    'info',
    'mod',
    'zip',
  ])
  await rm(join(directory!.modules, 'a.example', '!m', '@v', 'v1.0.0.entry'))
  assert.deepEqual(Object.keys(await book.read(module)).length, 3, 'remembered')
  assert.deepEqual(await book.reread(module), {}, 'looked up again')
})

test('a format file that cannot be read is no reason to take the directory for a stranger’s', async (t) => {
  const [directory] = await directories(t, 1)
  await rm(join(directory!.root, 'modgate-store'))
  await mkdir(join(directory!.root, 'modgate-store'))
  await assert.rejects(openDataDirectory(directory!.root), { code: 'configuration', message: /EISDIR/ })
})
