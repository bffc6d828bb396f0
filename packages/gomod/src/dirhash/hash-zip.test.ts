import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { forge } from '../zip/forge.ts'
import { ZipError, bytesAccess, create, maxZipFile } from '../zip/index.ts'
import { hash1, hashModuleZip, hashZip } from './index.ts'

const module = { path: 'example.com/m', version: 'v1.0.0' }
const prefix = 'example.com/m@v1.0.0/'
const contents = { 'go.mod': 'module example.com/m\n', 'a.go': 'package m\n', 'b/c.txt': 'x'.repeat(300), 'b/d': '' }
const want = hash1(Object.entries(contents).map(([path, content]) => ({ name: prefix + path, content })))

async function moduleZip(): Promise<Uint8Array> {
  const files = Object.entries(contents).map(([path, content]) => {
    const bytes = Buffer.from(content)
    return { path, kind: 'file', size: bytes.length, open: () => [bytes] } as const
  })
  const parts: Uint8Array[] = []
  await create({ write: (bytes) => void parts.push(bytes) }, module, files)
  return Buffer.concat(parts)
}

const bytes = await moduleZip()

test('the h1 of a zip is the h1 of its files', () => {
  assert.equal(hashZip(bytesAccess(bytes)), want)
  assert.equal(hashModuleZip(module, bytesAccess(bytes)), want)
})

test('the h1 does not depend on compression and order', () => {
  const members = Object.entries(contents).map(([path, content]) => ({ name: prefix + path, content, method: 0 }))
  assert.equal(hashZip(bytesAccess(forge({ members: members.reverse() }))), want)
})

test('directories count, as in Go', () => {
  const members = [{ name: 'a/' }, { name: 'a/' }, { name: 'a/b', content: 'x' }]
  const files = members.map(({ name, content = '' }) => ({ name, content }))
  assert.equal(hashZip(bytesAccess(forge({ members }))), hash1(files))
})

test('every truncation of a zip is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => hashZip(bytesAccess(bytes.subarray(0, length))), ZipError)
  }
})

test('a zip that is cut off behind a zip inside of it is refused', () => {
  const outer = forge({ members: [{ name: 'in.zip', content: bytes, method: 0 }] })
  const inner = Buffer.from(outer).indexOf(bytes)
  assert.ok(inner > 0)
  assert.throws(() => hashZip(bytesAccess(outer.subarray(0, inner + bytes.length))), ZipError)
})

/** What the archive means to a reader that trusts it; undefined if it is refused. Any other error fails the test. */
function verdict(archive: Uint8Array): string | undefined {
  try {
    return hashModuleZip(module, bytesAccess(archive))
  } catch (error) {
    assert.ok(error instanceof ZipError || error instanceof RangeError, String(error))
    return undefined
  }
}

test('no change of one byte gives other content the same h1, crashes or hangs', () => {
  for (let position = 0; position < bytes.length; position++) {
    for (const flip of [0x01, 0x20, 0x80, 0xff]) {
      const mutant = Uint8Array.from(bytes)
      mutant[position]! ^= flip
      // What is accepted is the same content: times, modes and versions are not part of it.
      assert.ok([undefined, want].includes(verdict(mutant)), `byte ${position}`)
    }
  }
})

test('no change of some bytes crashes or hangs', () => {
  const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }))
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 8 }), (changes) => {
      const mutant = Uint8Array.from(bytes)
      for (const [position, value] of changes) mutant[position] = value
      assert.ok([undefined, want].includes(verdict(mutant)))
    }),
    { numRuns: 1000 },
  )
})

const refused: [claim: string, archive: Uint8Array, message: RegExp][] = [
  ['a file twice', forge({ members: [{ name: 'a' }, { name: 'a' }] }), /multiple entries/],
  ['a newline in a name', forge({ members: [{ name: 'a\nb' }] }), /newlines/],
  [
    'more than 500 MiB',
    forge({
      members: [
        { name: 'a', size: maxZipFile },
        { name: 'b', size: 1 },
      ],
    }),
    /larger than/,
  ],
  ['a wrong checksum', forge({ members: [{ name: 'a', content: 'x', crc32: 1 }] }), /checksum/],
]

for (const [claim, archive, message] of refused) {
  test(`a zip with ${claim} has no h1`, () => {
    assert.throws(() => hashZip(bytesAccess(archive)), message)
  })
}

test('hashModuleZip refuses what is no zip of the module', () => {
  assert.throws(() => hashModuleZip({ ...module, version: 'v1.0.1' }, bytesAccess(bytes)), /unexpected file/)
})
