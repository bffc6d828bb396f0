import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bytesAccess } from './access.ts'
import type { ModuleFile } from './check-files.ts'
import { checkModuleZip } from './check-zip.ts'
import type { Content } from './content.ts'
import { create } from './create.ts'
import { readDirectoryEnd } from './directory-end.ts'
import { readDirectory } from './directory.ts'
import { ZipError } from './error.ts'
import { readFile } from './read-file.ts'
import { directoryEnd } from './writer.ts'

const module = { path: 'example.com/m', version: 'v1.0.0' }
const prefix = 'example.com/m@v1.0.0/'

function moduleFile(path: string, content: Uint8Array | string, open?: () => Content): ModuleFile {
  const bytes = Buffer.from(content)
  return { path, kind: 'file', size: bytes.length, open: open ?? (() => [bytes]) }
}

async function zip(files: readonly ModuleFile[]): Promise<Buffer> {
  const parts: Uint8Array[] = []
  await create({ write: (bytes) => void parts.push(bytes) }, module, files)
  return Buffer.concat(parts)
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

test('create packs the valid files in their order and keeps their content', async () => {
  const files = [moduleFile('b.go', 'package b\n'), moduleFile('vendor/x/y.go', ''), moduleFile('é.txt', '')]
  const access = bytesAccess(await zip(files))
  checkModuleZip(module, access)
  assert.deepEqual(
    readDirectory(access).map(({ name }) => name),
    [`${prefix}b.go`, `${prefix}é.txt`],
  )
  assert.equal(Buffer.from(readFile(access, `${prefix}b.go`)!).toString(), 'package b\n')
  assert.equal(readFile(access, `${prefix}é.txt`)?.length, 0)
})

test('create makes an empty zip of no files', async () => {
  assert.equal((await zip([])).length, 22)
})

test('reading inverts create, for any contents', async () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(contents, async (all) => {
      const access = bytesAccess(await zip(all.map((content, i) => moduleFile(`f${i}`, content))))
      checkModuleZip(module, access)
      all.forEach((content, i) => assert.deepEqual(readFile(access, `${prefix}f${i}`), Uint8Array.from(content)))
    }),
    { numRuns: 40 },
  )
})

test('the bytes do not depend on how the content comes', async () => {
  const content = Buffer.from(Array.from({ length: 3 << 20 }, (_, i) => (i * i) >> 7))
  const whole = await zip([moduleFile('a', content)])
  assert.deepEqual(await zip([moduleFile('a', content, () => cut(content, 70_001))]), whole)
  const later = async function* () {
    yield* cut(content, 1 << 20)
  }
  assert.deepEqual(await zip([moduleFile('a', content, later)]), whole)
  // A reader of files fills one buffer again and again: a chunk is valid until the next.
  const reused = function* () {
    const buffer = Buffer.alloc(100_000)
    for (const chunk of cut(content, buffer.length)) {
      buffer.set(chunk)
      yield buffer.subarray(0, chunk.length)
    }
  }
  // A difference of megabytes would be shown byte by byte.
  assert.ok((await zip([moduleFile('a', content, reused)])).equals(whole))
  assert.deepEqual(Buffer.from(readFile(bytesAccess(whole), `${prefix}a`)!), content)
})

for (const size of [(1 << 20) - 1, 1 << 20, (1 << 20) + 1]) {
  test(`content of ${size} bytes survives the edge of a block`, async () => {
    const content = Buffer.alloc(size, 'abc')
    assert.deepEqual(Buffer.from(readFile(bytesAccess(await zip([moduleFile('a', content)])), `${prefix}a`)!), content)
  })
}

test('create writes nothing if a file is invalid', async () => {
  const sink = { write: () => assert.fail('was written') }
  const files = [moduleFile('a', ''), moduleFile('A', '')]
  await assert.rejects(create(sink, module, files), (error) => error instanceof ZipError && error.code === 'files')
  await assert.rejects(create(sink, { ...module, version: 'v1' }, []), /not canonical/)
})

test('a file that is larger than it said is refused', async () => {
  await assert.rejects(
    zip([moduleFile('a', '', () => [Buffer.from('x')])]),
    /m@v1.0.0\/a" is larger than declared size/,
  )
})

test('an error of a file or of the sink comes through', async () => {
  const broken = () => {
    throw new RangeError('broken')
  }
  await assert.rejects(zip([moduleFile('a', 'x', broken)]), RangeError)
  await assert.rejects(create({ write: broken }, module, [moduleFile('a', 'x')]), RangeError)
})

test('readFile answers undefined for a name that is not there and keeps its limit', async () => {
  const access = bytesAccess(await zip([moduleFile('a', 'hello')]))
  assert.equal(readFile(access, 'a'), undefined)
  assert.equal(readFile(access, `${prefix}a`, 5)?.length, 5)
  assert.throws(() => readFile(access, `${prefix}a`, 4), /larger than 4 bytes/)
})

for (const count of [0, 1, 0xfffe, 0xffff, 0x10000, 400_000]) {
  test(`the end of a directory can tell of ${count} files`, () => {
    const end = { count, size: 10, offset: 20 }
    const archive = Buffer.concat([Buffer.alloc(end.offset + end.size), directoryEnd(end)])
    assert.deepEqual(readDirectoryEnd(bytesAccess(archive)), end)
  })
}
