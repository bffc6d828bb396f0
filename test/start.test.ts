import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

// `./modgate` and the compiled programs behind it, in a working copy with commands of a few lines.

const here = resolve(import.meta.dirname, '..')

interface WorkingCopy {
  readonly root: string
  /** Of compiled programs. */
  readonly cache: string
  /** Answers what the command printed, or else the message of the error that ended it. */
  readonly run: (...args: readonly string[]) => Promise<string>
  /** Writes the source of a command. */
  readonly edit: (name: string, source: string) => Promise<void>
}

const commandLine = `
const commands: Readonly<Record<string, () => Promise<{ readonly say: () => string | Promise<string> }>>> = {
  greet: async () => import('./greet.ts'),
  place: async () => import('./place.ts'),
  ways: async () => import('./ways.ts'),
}
export async function answer(name = ''): Promise<string> {
  const load = commands[name]
  return load ? await (await load()).say() : Object.keys(commands).join(' ')
}
`
const main = `
import { answer } from './command-line.ts'
void answer(process.argv[2]).then((text) => console.log(text))
`
const place = `
import { readFileSync } from 'node:fs'
export const say = (): string => readFileSync(new URL('../../beside.txt', import.meta.url), 'utf8')
`
const ways = `
import path, { sep } from 'node:path'
import * as os from 'node:os'
import { EventEmitter as Emitter } from 'node:events'
import { greeting, parent } from './handed-on.ts'
class Own extends Emitter {}
const made = [new Own(), new Emitter()].every((one) => one instanceof Emitter)
export async function say(): Promise<string> {
  const { existsSync, constants: { R_OK } } = await import('node:fs')
  const { greeting: again } = await import('./handed-on.ts')
  return [made, path.basename('a/b'), sep, os.EOL === '\\n', existsSync('/'), R_OK, greeting, again === greeting, parent('a/b')].join(' ')
}
`
const handedOn = `
export { hello as greeting } from './hello.ts'
export { dirname as parent } from 'node:path'
`
const greet = (words: string) => `
import { escapePath as escaped, type ModuleVersion } from '@modgate/gomod/module'
const module: Pick<ModuleVersion, 'path'> = { path: ${JSON.stringify(words)} }
export function say(): string { return escaped(module.path) }
`

async function workingCopy(t: TestContext): Promise<WorkingCopy> {
  const root = await temporaryDirectory(t)
  const cli = join(root, 'packages/modgate/src/cli')
  for (const file of [
    'modgate',
    'tools/setup.sh',
    'package.json',
    'package-lock.json',
    'packages/modgate/package.json',
  ]) {
    await copyTo(root, file)
  }
  for (const file of await readdir(join(here, 'tools/start'))) await copyTo(root, `tools/start/${file}`)
  await mkdir(join(root, 'node_modules'))
  await symlink(join(here, 'packages/gomod'), join(root, 'packages/gomod'))
  for (const name of ['typescript', '@modgate'])
    await symlink(join(here, 'node_modules', name), join(root, 'node_modules', name))
  await symlink(join(here, 'tools/node'), join(root, 'tools/node'))
  await copyFile(join(root, 'package-lock.json'), join(root, 'node_modules/.installed-lock.json'))
  await writeFiles(root, { 'packages/modgate/beside.txt': 'beside it' })
  await writeFiles(cli, {
    'main.ts': main,
    'command-line.ts': commandLine,
    'place.ts': place,
    'ways.ts': ways,
    'handed-on.ts': handedOn,
    'hello.ts': 'export const hello = `hi`',
    'greet.ts': greet('m.example/B'),
  })
  const run = async (...args: readonly string[]) => {
    const env = { PATH: process.env['PATH'], HOME: root }
    try {
      return (await promisify(execFile)(join(root, 'modgate'), args, { env })).stdout.trim()
    } catch (error) {
      return (error as Error).message
    }
  }
  const edit = (name: string, source: string) => writeFile(join(cli, `${name}.ts`), source)
  return { root, cache: join(root, 'node_modules/.cache/start'), run, edit }
}

async function copyTo(root: string, file: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true })
  await copyFile(join(here, file), join(root, file))
}

test('the first run compiles, and those after it say the same', async (t) => {
  const { cache, run } = await workingCopy(t)
  for (const turn of [1, 2, 3]) assert.equal(await run('greet'), 'm.example/!b', `run ${turn}`)
  assert.deepEqual(kinds(await readdir(cache)), ['greet.code', 'greet.js', 'launch.cjs', 'modules.json'])
  const compiled = join(cache, 'greet.js')
  const text = await readFile(compiled, 'utf8')
  await writeFile(compiled, text.replace(`'use strict'`, `'use strict'; console.log('it is this that runs')`))
  assert.equal(await run('greet'), 'it is this that runs\nm.example/!b')
})

test('what is no command is answered by the program of all commands', async (t) => {
  const { run } = await workingCopy(t)
  for (const args of [[], ['--help'], ['gret']])
    assert.match(await run(...args), args[0] === undefined ? /^greet place ways$/ : /greet place/)
})

test('an edit counts at once, also one of the same size, in whatever a command imports', async (t) => {
  const { cache, run, edit, root } = await workingCopy(t)
  await run('greet')
  await edit('greet', greet('m.example/D'))
  assert.equal(await run('greet'), 'm.example/!d')
  await edit('greet', greet('m.example/F'))
  assert.equal(await run('greet'), 'm.example/!f')
  assert.equal(await run('greet'), 'm.example/!f')
  const file = join(root, 'packages/modgate/src/cli/main.ts')
  const before = await stat(join(cache, 'greet.js'))
  await utimes(file, 1, 1)
  assert.equal(await run('greet'), 'm.example/!f')
  assert.notEqual((await stat(join(cache, 'greet.js'))).mtimeMs, before.mtimeMs)
  // Bytecode of texts that are gone is gone, too.
  assert.equal(kinds(await readdir(cache)).filter((name) => name === 'greet.code').length, 1)
})

test('a module finds the files beside its source', async (t) => {
  const { run } = await workingCopy(t)
  for (const turn of [1, 2]) assert.equal(await run('place'), 'beside it', `run ${turn}`)
})

test('what is imported is there, in whatever way it is imported', async (t) => {
  const { cache, run, root } = await workingCopy(t)
  const env = { PATH: process.env['PATH'], HOME: root, MODGATE_DEBUG: '1' }
  const sources = await promisify(execFile)(join(root, 'modgate'), ['ways'], { env })
  assert.equal(sources.stdout.trim(), 'true b / true true 4 hi true a')
  await assert.rejects(readdir(cache), 'it asked for the sources')
  for (const turn of [1, 2]) assert.equal(await run('ways'), sources.stdout.trim(), `run ${turn}`)
})

test('a working copy that was moved starts as before', async (t) => {
  const { root, run } = await workingCopy(t)
  await run('place')
  const moved = `${root}-moved`
  t.after(() => rm(moved, { recursive: true, force: true }))
  await rename(root, moved)
  const { stdout } = await promisify(execFile)(join(moved, 'modgate'), ['place'])
  assert.equal(stdout.trim(), 'beside it')
})

test('where nothing can be kept, and where the compiler is missing, the sources run', async (t) => {
  const { root, run } = await workingCopy(t)
  await writeFiles(root, { 'node_modules/.cache/start': 'no directory' })
  assert.equal(await run('greet'), 'm.example/!b')
  await rm(join(root, 'node_modules/.cache'), { recursive: true })
  await rm(join(root, 'node_modules/typescript'))
  assert.equal(await run('greet'), 'm.example/!b')
})

test('a source that cannot be parsed says so itself', async (t) => {
  const { run, edit } = await workingCopy(t)
  assert.equal(await run('greet'), 'm.example/!b')
  await edit('greet', 'export const say = (): string => {')
  assert.match(await run('greet'), /greet\.ts/)
  await edit('greet', greet('m.example/C'))
  assert.equal(await run('greet'), 'm.example/!c')
})

test('a module that waits at its top level runs from its source', async (t) => {
  const { run, edit } = await workingCopy(t)
  await edit('greet', 'const words = await Promise.resolve("waited")\nexport const say = (): string => words')
  for (const turn of [1, 2]) assert.equal(await run('greet'), 'waited', `run ${turn}`)
})

test('damage to what is compiled does no harm', async (t) => {
  const { cache, run } = await workingCopy(t)
  await run('greet')
  for (const kind of ['greet.code', 'greet.js', 'modules.json']) {
    const name = (await readdir(cache)).find((file) => kinds([file])[0] === kind)!
    await truncate(join(cache, name), 100)
    assert.equal(await run('greet'), 'm.example/!b', kind)
    assert.equal(await run('greet'), 'm.example/!b', kind)
  }
})

/** Names without the hashes in them. */
function kinds(names: readonly string[]): readonly string[] {
  return names.map((name) => name.replace(/-[0-9a-f]{16}/, '')).sort()
}
