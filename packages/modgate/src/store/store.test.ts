import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { checkpointsSuite, storeSuite } from './store-suite.ts'
import { openDataDirectory, type DataDirectory } from './data-directory.ts'
import { diskCheckpoints } from './disk-checkpoints.ts'
import { diskStore } from './disk-store.ts'
import { retriedWhenFull } from './full-disk.ts'
import { memoryCheckpoints, memoryStore } from './memory-store.ts'
import { readOnlyCheckpoints } from './read-only-checkpoints.ts'
import { heldBytes, spool } from './spool.ts'

const root = await mkdtemp(join(tmpdir(), 'modgate-store-'))
after(() => rm(root, { recursive: true, force: true }))
let made = 0
const directory = (): Promise<DataDirectory> => openDataDirectory(join(root, String(++made)))

storeSuite('memory', async () => memoryStore())
checkpointsSuite('memory', async () => memoryCheckpoints({ now: () => 0 }))
storeSuite('disk', async () => diskStore(await directory()))
checkpointsSuite('disk', async () => diskCheckpoints(await directory()))
checkpointsSuite('read-only', async () => readOnlyCheckpoints(memoryCheckpoints({ now: () => 0 }), { now: () => 0 }))

test('what is changed on read-only checkpoints is seen there, and nowhere else', async () => {
  const below = memoryCheckpoints({ now: () => 0 })
  await below.write('kept', Buffer.from('old'))
  const above = readOnlyCheckpoints(below, { now: () => 1 })
  assert.equal(await above.replace('kept', Buffer.from('old'), Buffer.from('new')), true)
  assert.equal(await above.replace('made', undefined, Buffer.from('new')), true)
  assert.equal(await above.remove('kept', Buffer.from('new')), true)
  assert.equal(await above.read('kept'), undefined)
  assert.equal(Buffer.from((await below.read('kept'))!.bytes).toString(), 'old')
  assert.equal(await below.read('made'), undefined)
})

test('two processes on one directory: a durable replacement has one winner', async () => {
  const path = join(root, 'shared')
  const both = await Promise.all([openDataDirectory(path), openDataDirectory(path)])
  const won = await Promise.all(
    both.map((each, i) => diskCheckpoints(each).replace('head', undefined, Buffer.from(`${i}`), { durable: true })),
  )
  assert.equal(won.filter(Boolean).length, 1)
})

test('the spool of a dead process is removed at the next start, that of a living one stays', async () => {
  const first = await directory()
  const dead = join(first.root, 'spool', `${(await import('node:os')).hostname()}-999999999-1-abcd`)
  await mkdir(dead)
  await writeFile(join(dead, '1'), 'leftover')
  const second = await openDataDirectory(first.root)
  const left = await readdir(join(first.root, 'spool'))
  assert.deepEqual(
    left.map((name) => join(first.root, 'spool', name)).toSorted(),
    [first.spool, second.spool].toSorted(),
  )
})

for (const [claim, files, message] of [
  ['foreign files', { 'holiday.jpg': 'x' }, /not modgate's \(holiday\.jpg\)/],
  ['a newer format', { 'modgate-store': 'modgate store 7\n' }, /written by a newer modgate/],
  ['a damaged format file', { 'modgate-store': 'hello' }, /does not understand/],
] as const) {
  test(`a directory with ${claim} is refused and left as it is`, async () => {
    const path = join(root, String(++made))
    await mkdir(path)
    for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
    await assert.rejects(openDataDirectory(path), (error: Error) => message.test(error.message))
    assert.deepEqual(await readdir(path), Object.keys(files))
  })
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(new Uint8Array(chunk))
  return Buffer.concat(chunks)
}

test('readers of a growing file get everything but the held bytes, and those after release', async () => {
  const file = await spool((await directory()).spool).create(undefined)
  const content = Buffer.alloc(heldBytes * 3, 'x')
  let seen = 0
  const reader = (async () => {
    for await (const chunk of file.body.read()) seen += chunk.byteLength
  })()
  await file.write(content)
  const spooled = await file.finish()
  assert.equal(spooled.size, content.byteLength)
  while (seen < heldBytes * 2) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(seen, heldBytes * 2)
  await file.release(file.body)
  await reader
  assert.equal(seen, content.byteLength)
})

test('a discarded file ends its readers with the error, and leaves nothing', async () => {
  const place = await directory()
  const file = await spool(place.spool).create(10)
  const reader = assert.rejects(collect(file.body.read()), /not what was published/)
  await file.write(Buffer.from('01234'))
  await file.discard(new Error('not what was published'))
  await reader
  assert.deepEqual(await readdir(place.spool), [])
})

test('a reader that comes after release and close reads what was kept', async () => {
  const place = await directory()
  const file = await spool(place.spool).create(undefined)
  await file.write(Buffer.from('content'))
  await file.finish()
  const store = memoryStore()
  await store.put('k', Buffer.from('content') as never)
  await file.release((await store.open('k'))!)
  assert.equal((await collect(file.body.read())).toString(), 'content')
})

const full = () => Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })

for (const [claim, room, wanted] of [
  ['succeeds where room was made', true, 'kept'],
  ['fails where none could be made', false, 'ENOSPC'],
] as const) {
  test(`on a full disk a second try ${claim}`, async () => {
    let tries = 0
    const action = async () => {
      if (++tries === 1) throw full()
      return 'kept'
    }
    const result = await retriedWhenFull(action, async () => room).catch((error: unknown) => (error as Error).message)
    assert.deepEqual([result, tries], [wanted, room ? 2 : 1])
  })
}

test('room is made once, and for nothing but a full disk', async () => {
  let made = 0
  const makeRoom = async () => ++made > 0
  await assert.rejects(
    retriedWhenFull(() => Promise.reject(full()), makeRoom),
    { code: 'ENOSPC' },
  )
  await assert.rejects(
    retriedWhenFull(() => Promise.reject(new Error('EIO')), makeRoom),
    /EIO/,
  )
  assert.equal(made, 1)
})
