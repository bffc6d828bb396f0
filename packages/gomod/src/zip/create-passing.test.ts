import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPassing, type PassingFile } from './create-passing.ts'
import { create } from './create.ts'
import { ZipError, type ZipErrorCode } from './error.ts'
import { maxGoMod, maxZipFile } from './limits.ts'

const module = { path: 'example.com/m', version: 'v1.0.0' }

async function* passing(files: readonly PassingFile[]): AsyncGenerator<PassingFile, undefined> {
  yield* files
}

async function written(work: (sink: { write: (bytes: Uint8Array) => void }) => Promise<void>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  await work({ write: (bytes) => void parts.push(bytes) })
  return Buffer.concat(parts)
}

test('files that come by make the same bytes as files at hand', async () => {
  const contents = Object.entries({
    'go.mod': 'module example.com/m\n',
    'a/b.go': 'package b\n'.repeat(30_000),
    LICENSE: '',
  })
  const files = contents.map(([path, content]) => ({ path, size: content.length, content: [Buffer.from(content)] }))
  const atHand = files.map(({ content, ...file }) => ({ ...file, kind: 'file' as const, open: () => content }))
  const expected = await written((sink) => create(sink, module, atHand))
  assert.ok((await written((sink) => createPassing(sink, module, passing(files)))).equals(expected))
})

const file = (path: string, size: number, content: readonly Uint8Array[] = []) => ({ path, size, content })
const refused: readonly (readonly [name: string, files: readonly PassingFile[], code: ZipErrorCode])[] = [
  ['a go.mod that is too large', [file('go.mod', maxGoMod + 1)], 'files'],
  ['files that are too large together', [file('a', maxZipFile - 1), file('b', 2)], 'size'],
  ['a file that is larger than it said', [file('a', 1, [Buffer.from('ab')])], 'size'],
]
for (const [name, files, code] of refused) {
  test(`${name} is refused, and what was written is no zip`, async () => {
    let end = Buffer.alloc(0)
    const sink = { write: (bytes: Uint8Array) => void (end = Buffer.from(bytes)) }
    const isRefusal = (error: unknown) => error instanceof ZipError && error.code === code
    await assert.rejects(createPassing(sink, module, passing(files)), isRefusal)
    assert.ok(!end.includes('PK\x05\x06'))
  })
}

test('a malformed module is refused before any file is asked for', async () => {
  const files = { [Symbol.asyncIterator]: () => assert.fail('was asked for') }
  await assert.rejects(createPassing({ write: () => undefined }, { ...module, version: 'v1' }, files), /not canonical/)
})
