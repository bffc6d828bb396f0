// `modgate vendor` as a person runs it, also where something is wrong.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { fileTree } from './harness/file-tree.ts'
import { goClient } from './harness/go-client.ts'
import { proxiedProject, writeProxy } from './harness/module-proxy.ts'
import { smallDisk } from './harness/small-disk.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const project = proxiedProject(`-- go.mod --
module main.example

go 1.22

require a.example v1.0.0
-- main.go --
package main

import _ "a.example"
-- vendor/modules.txt --
# old.example v1.0.0
-- modules/a.example@v1.0.0/go.mod --
module a.example
-- modules/a.example@v1.0.0/a.go --
package a

import _ "embed"

//go:embed big.txt
var big string
-- modules/a.example@v1.0.0/big.txt --
${'big '.repeat(1 << 18)}
`)

interface Person {
  readonly root: string
  readonly cwd: string
  /** GOMODCACHE. */
  readonly cache: string
  run(...args: readonly string[]): ReturnType<typeof runCommand>
}

/** Somebody with the project, and, unless it is not, with its modules downloaded. */
async function person(t: TestContext, { isDownloaded = true, directory = '' } = {}): Promise<Person | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const root = await temporaryDirectory(t)
  const cwd = directory === '' ? join(root, 'work') : directory
  const go = await goClient(t, { toolchain, proxy: `file://${join(root, 'proxy')}`, sumdb: 'off' })
  go.env['GOFLAGS'] = '-modcacherw'
  await writeProxy(join(root, 'proxy'), project.modules)
  await writeFiles(cwd, project.files)
  if (isDownloaded) {
    const { code, stderr } = await go.run(['-C', cwd, 'mod', 'download'])
    assert.equal(code, 0, stderr)
  }
  return {
    root,
    cwd,
    cache: go.env['GOMODCACHE']!,
    run: (...args) => runCommand(args, { home: root, cwd, environment: go.env }),
  }
}

test('it says what it wrote, and to programs in JSON', async (t) => {
  const own = await person(t)
  if (!own) return
  const { code, stdout, stderr } = await own.run('vendor')
  assert.deepEqual([code, stdout], [0, ''])
  assert.equal(stderr, `${join(own.cwd, 'vendor')}: 1 package of 1 module, 2 files\n`)
  const told = await own.run('vendor', '--json', '-o', 'elsewhere')
  const expected = { directory: join(own.cwd, 'elsewhere'), modules: 1, packages: 1, files: 2 }
  assert.deepEqual(JSON.parse(told.stdout), expected)
  assert.deepEqual(fileTree(expected.directory), fileTree(join(own.cwd, 'vendor')))
})

test('a module that was not downloaded is named, with what gets it', async (t) => {
  const own = await person(t, { isDownloaded: false })
  if (!own) return
  const before = fileTree(own.cwd)
  const { code, stderr } = await own.run('vendor')
  assert.equal(code, 1)
  assert.match(
    stderr,
    /a[.]example@v1[.]0[.]0, for a[.]example, imported by main[.]example: it does not have this module/,
  )
  assert.match(stderr, /next: run modgate download a[.]example@v1[.]0[.]0/)
  assert.deepEqual(fileTree(own.cwd), before)
})

test('a place that holds something else is not touched', async (t) => {
  const own = await person(t)
  if (!own) return
  await writeFiles(own.root, { 'mine/notes': 'mine' })
  const before = fileTree(own.root)
  const rows = [
    ['../mine', /it has files in it, and is no vendor directory/],
    ['.', /the module in .*work lies in it/],
    ['..', /the module in .*work lies in it/],
    ['main.go', /there is a file of this name/],
  ] as const
  for (const [place, told] of rows) {
    const { code, stderr } = await own.run('vendor', '-o', place)
    assert.equal(code, 1, place)
    assert.match(stderr, told, place)
  }
  assert.deepEqual(fileTree(own.root), before)
})

test('a zip that was damaged is found when it is read, and nothing of it stays', async (t) => {
  const own = await person(t)
  if (!own) return
  const { cache, cwd } = own
  await rm(join(cache, 'a.example@v1.0.0'), { recursive: true })
  const zip = join(cache, 'cache/download/a.example/@v/v1.0.0.zip')
  const whole = await readFile(zip)
  const before = fileTree(cwd)
  const flipped = Buffer.from(whole)
  flipped[flipped.indexOf('big big')]! ^= 1
  for (const [bytes, told] of [
    [flipped, /a[.]example@v1[.]0[.]0.*checksum error/],
    [whole.subarray(0, whole.length - 30), /a[.]example@v1[.]0[.]0/],
    [
      Buffer.from(whole.toString('latin1').replaceAll('v1.0.0/big.txt', 'v1.0.0/../.txt'), 'latin1'),
      /malformed file path "[.][.]\/[.]txt"/,
    ],
  ] as const) {
    await writeFile(zip, bytes)
    const { code, stderr } = await own.run('vendor')
    assert.equal(code, 1)
    assert.match(stderr, told)
    assert.match(stderr, /next: take it out of the module cache/)
    assert.deepEqual(fileTree(cwd), before)
  }
})

test('outside of a module it says so, and is used wrongly', async (t) => {
  const root = await temporaryDirectory(t)
  const { code, stderr } = await runCommand(['vendor'], { home: root, cwd: root, environment: { GOENV: 'off' } })
  assert.equal(code, 2)
  assert.match(stderr, /there is no go[.]mod here or above/)
})

test('on a full disk the old vendor directory stays, and nothing else does', async (t) => {
  const disk = await smallDisk(t, 2)
  if (!disk) return
  const own = await person(t, { directory: join(disk.path, 'work') })
  if (!own) return
  await disk.fill()
  const before = fileTree(own.cwd)
  const { code, stderr } = await own.run('vendor')
  assert.equal(code, 1)
  assert.match(stderr, /the vendor directory cannot be written: ENOSPC\n {2}next: make room on the disk/)
  assert.deepEqual(fileTree(own.cwd), before)
  await disk.makeRoom()
  assert.equal((await own.run('vendor')).code, 0)
  assert.deepEqual(readdirSync(join(own.cwd, 'vendor')).sort(), ['a.example', 'modules.txt'])
})
