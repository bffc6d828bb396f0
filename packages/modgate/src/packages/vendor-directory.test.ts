import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Failure } from '../core/failure.ts'
import type { SourceTree } from './source-tree.ts'
import { isWithin, writeVendorDirectory } from './vendor-directory.ts'

/** A module whose files have their own names as their content; `onRead` is called before each of them. */
function namesTree(onRead: (file: string) => void = () => undefined): SourceTree {
  const read = (file: string) => {
    onRead(file)
    return Buffer.from(file)
  }
  return { list: () => [], read, pieces: (file) => [read(file)] }
}

function content(tree = namesTree(), names: readonly string[] = ['a.example/a.go', 'a.example/sub/b.go']) {
  const files = new Map(names.map((name) => [name, { tree, path: name }]))
  return { list: '# a.example v1.0.0\n', directories: ['a.example', 'empty.example/x'], files }
}

/** A directory with an old vendor directory in it. */
function project(t: TestContext): { readonly root: string; readonly path: string } {
  const root = mkdtempSync(join(tmpdir(), 'modgate-test-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  const path = join(root, 'vendor')
  mkdirSync(join(path, 'old.example'), { recursive: true })
  writeFileSync(join(path, 'modules.txt'), '# old.example v1.0.0\n')
  return { root, path }
}

const never = new AbortController().signal
const refused = (error: unknown) => error instanceof Failure && error.code === 'vendor-refused'

test('a new vendor directory takes the place of the old one, and nothing else is left', async (t) => {
  const { root, path } = project(t)
  await writeVendorDirectory({ path, ...content() }, never)
  assert.deepEqual(readdirSync(root), ['vendor'])
  assert.deepEqual((readdirSync(path, { recursive: true }) as string[]).sort(), [
    ...['a.example', 'a.example/a.go', 'a.example/sub', 'a.example/sub/b.go'],
    ...['empty.example', 'empty.example/x', 'modules.txt'],
  ])
  assert.equal(readFileSync(join(path, 'a.example/sub/b.go'), 'utf8'), 'a.example/sub/b.go')
  await writeVendorDirectory({ path, list: '', directories: [], files: new Map() }, never)
  assert.deepEqual(readdirSync(root), [])
})

test('whoever stops it midway, or whatever cannot be read, leaves the old one as it was', async (t) => {
  const names = Array.from({ length: 200 }, (_, i) => `a.example/${i}.go`)
  const stopping = new AbortController()
  const reason = new Error('stopped')
  const stops = namesTree((file) => file.endsWith('/70.go') && stopping.abort(reason))
  const fails = namesTree((file) => {
    if (file.endsWith('/150.go')) throw reason
  })
  for (const [tree, signal] of [
    [stops, stopping.signal],
    [fails, never],
  ] as const) {
    const { root, path } = project(t)
    await assert.rejects(writeVendorDirectory({ path, ...content(tree, names) }, signal), (error) => error === reason)
    assert.deepEqual(readdirSync(root), ['vendor'])
    assert.deepEqual(readdirSync(path).sort(), ['modules.txt', 'old.example'])
  }
})

test('a directory with something else in it is spared, and so is a file', async (t) => {
  const { root } = project(t)
  const mine = join(root, 'mine')
  mkdirSync(mine)
  await writeVendorDirectory({ path: mine, ...content() }, never)
  rmSync(join(mine, 'modules.txt'))
  writeFileSync(join(root, 'file'), '')
  for (const path of [mine, join(root, 'file')])
    await assert.rejects(writeVendorDirectory({ path, ...content() }, never), refused, path)
  assert.ok(readdirSync(mine).includes('a.example'))
})

test('a link in its place is replaced, and what it leads to is not touched', async (t) => {
  const { root, path } = project(t)
  const elsewhere = join(root, 'elsewhere')
  mkdirSync(elsewhere)
  rmSync(path, { recursive: true })
  symlinkSync(elsewhere, path)
  await writeVendorDirectory({ path, ...content() }, never)
  assert.deepEqual(readdirSync(elsewhere), [])
  assert.ok(readdirSync(path).includes('modules.txt'))
})

test('a place that cannot be written is a failure of the vendor directory', async (t) => {
  const { root } = project(t)
  writeFileSync(join(root, 'file'), '')
  const path = join(root, 'file', 'vendor')
  const failed = (error: unknown) => error instanceof Failure && error.code === 'store-failed'
  await assert.rejects(writeVendorDirectory({ path, ...content() }, never), failed)
})

test('a directory is within another one, itself, and not within one that only begins like it', () => {
  assert.deepEqual(
    ['/a/b', '/a', '/ab', '/', '/a/..b'].map((path) => isWithin(path, '/a')),
    [true, true, false, false, true],
  )
})
