/**
 * Makes the compiled form of a command: every module that it may come to, each as a function of one file. What has been translated is kept
 * until its source changes, so that an edit costs the translation of one module.
 */

import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import type { Compiled } from './compiled.ts'
import type { Translation } from './translate.ts'

export interface Place {
  /** The working copy. */
  readonly root: string
  /** The directory of compiled programs. */
  readonly cache: string
  /** Writes all of a file, or throws and has written nothing. */
  readonly write: (file: string, content: string) => void
}

/** A source as it was when it was translated. */
interface Module extends Translation {
  readonly stamp: Stamp
}

type Modules = Readonly<Record<string, Module>>
type Stamp = Compiled['sources'][number]

const main = 'packages/modgate/src/cli/main.ts'
/** Has the table of commands, of which a program needs one. */
const table = 'packages/modgate/src/cli/command-line.ts'
const launcher = 'tools/start/launch.ts'
const makers = [
  ...['compile', 'compiled', 'launch', 'translate'].map((name) => `tools/start/${name}.ts`),
  'node_modules/typescript/package.json',
]

/**
 * Compiles the program of a command, or that of all commands where there is none of this name. Resolves to the name of what it compiled.
 * Rejects where a source cannot be translated, or nothing can be written.
 */
export async function compileProgram(place: Place, command: string): Promise<string> {
  mkdirSync(place.cache, { recursive: true })
  const made = makers.map((file) => stampOf(place.root, file))
  const kept = keptModules(place, made)
  const commandFile = `packages/modgate/src/cli/${command}.ts`
  const { later } = await moduleAt(place.root, table, kept)
  const isCommand = later.includes(commandFile)
  const program = isCommand ? command : 'all'
  const modules = await modulesFrom(main, (file) => moduleAt(place.root, file, kept), {
    [table]: isCommand ? [commandFile] : later,
  })
  writeProgram(place, program, { modules, made })
  place.write(join(place.cache, 'modules.json'), JSON.stringify({ made, modules: { ...kept, ...modules } }))
  const launch = await moduleAt(place.root, launcher, kept)
  place.write(join(place.cache, 'launch.cjs'), launcherText(launch))
  return program
}

/** All that can be reached from a file. `instead` has what is to be taken for the later imports of a module. */
async function modulesFrom(
  first: string,
  get: (file: string) => Promise<Module>,
  instead: Readonly<Record<string, readonly string[]>>,
): Promise<Modules> {
  const modules: Record<string, Module> = {}
  const waiting = [first]
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (modules[file]) continue
    const module = (modules[file] = await get(file))
    waiting.push(...module.requires, ...(instead[file] ?? module.later))
  }
  return modules
}

async function moduleAt(root: string, file: string, kept: Modules): Promise<Module> {
  // Before it is read: what changes in between is seen the next time.
  const stamp = stampOf(root, file)
  const known = kept[file]
  if (known && isSame(known.stamp, stamp)) return known
  const { translate } = await import('./translate.ts')
  return { ...translate(file, readFileSync(join(root, file), 'utf8')), stamp }
}

function stampOf(root: string, file: string): Stamp {
  const { mtimeMs, size } = statSync(join(root, file))
  return [file, mtimeMs, size]
}

const isSame = (a: Stamp, b: Stamp): boolean => a.every((part, i) => part === b[i])

/** Those that the same compiler has made. */
function keptModules({ cache }: Place, made: readonly Stamp[]): Modules {
  try {
    const kept = JSON.parse(readFileSync(join(cache, 'modules.json'), 'utf8')) as {
      readonly made: readonly Stamp[]
      readonly modules: Modules
    }
    return made.every((stamp, i) => isSame(stamp, kept.made[i]!)) ? kept.modules : {}
  } catch {
    return {}
  }
}

interface Parts {
  readonly modules: Modules
  readonly made: readonly Stamp[]
}

function writeProgram({ cache, write }: Place, program: string, { modules, made }: Parts): void {
  const text = programText(modules)
  // What is no script - a module that waits at its top level - throws here and not where it would be run.
  new Script(text)
  const id = createHash('sha256').update(text).digest('hex').slice(0, 16)
  const sources = [...made, ...Object.values(modules).map(({ stamp }) => stamp)]
  const compiled: Compiled = { program, id, sources }
  write(join(cache, `${program}.js`), `//${JSON.stringify(compiled)}\n${text}`)
  for (const name of readdirSync(cache)) {
    if (name.startsWith(`${program}-`) && name !== `${program}-${id}.code`) rmSync(join(cache, name), { force: true })
  }
}

/** Modules begin when they are first required, as the import statements of the sources would have it: no two of ours import each other. */
function programText(modules: Modules): string {
  const functions = Object.entries(modules).map(
    ([file, { text }]) => `${JSON.stringify(file)}: (exports, meta) => {\n${text}\n}`,
  )
  return `(requireOutside, metaOf) => { 'use strict'
const started = new Map()
const require = (name) => {
  const module = modules[name]
  if (!module) return requireOutside(name)
  let exports = started.get(name)
  if (!exports) {
    started.set(name, exports = {})
    module(exports, metaOf(name))
  }
  return exports
}
const __importDefault = (module) => module.__esModule ? module : { default: module }
const __importStar = (module) => module.__esModule ? module : { ...module, default: module }
const atFirst = (load) => {
  let value
  return () => (value ??= load())
}
const handOn = (exports, name, get) =>
  Object.defineProperty(exports, name, {
    enumerable: true,
    configurable: true,
    get() {
      const value = get()
      Object.defineProperty(exports, name, { enumerable: true, value })
      return value
    },
  })
const modules = {
${functions.join(',\n')}
}
require(${JSON.stringify(main)})
}
`
}

/** Runs on its own, from the directory of compiled programs. */
function launcherText({ text }: Module): string {
  return `'use strict'
const root = require('node:path').join(__dirname, '../../..')
const __importStar = (module) => module
const atFirst = (load) => load
const launch = (require, exports, meta) => {
${text}
}
const meta = { dirname: root + '/tools/start' }
launch((name) => require(name.includes(':') ? name : root + '/' + name), {}, meta)
`
}
