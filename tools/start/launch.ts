/**
 * What `./modgate` runs: the command from its compiled form, or else from the sources as they are.
 *
 * Node takes longer to load two hundred small modules than go takes for the whole of `go list -m all`, even with its compile cache. So
 * each command has all of its modules in one file, with the bytecode of the functions that it ran the first time beside it. That is a
 * cache and nothing more: the file begins with the size and the time of every source that it was made of, which are looked at before
 * it is run, and where one differs it is made anew. Where it cannot be made (no room, no right to write there) the sources run.
 *
 * It lies in the node_modules of the working copy: whoever may write it may write the sources, too.
 */

import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import type { Compiled, Program } from './compiled.ts'

const root = join(import.meta.dirname, '..', '..')
const cache = join(root, 'node_modules', '.cache', 'start')

interface Readable extends Compiled {
  /** All of the file. */
  readonly text: string
}

function launch(): void {
  const program = programOf(process.argv[2])
  const compiled = read(program)
  // Stack traces are of use with the lines of the sources.
  if (process.env['MODGATE_DEBUG'] === '1') void runSources()
  else if (compiled) run(compiled)
  else void compileAndRun(program)
}

/** Which of the compiled programs answers; help has to know all commands. */
function programOf(argument = ''): string {
  if (argument === '--version' || argument === '-v') return 'version'
  return /^[a-z][a-z-]*$/.test(argument) ? argument : 'all'
}

/** Undefined where there is none that is as new as its sources. */
function read(program: string): Readable | undefined {
  try {
    const text = readFileSync(join(cache, `${program}.js`), 'utf8')
    const compiled = JSON.parse(text.slice('//'.length, text.indexOf('\n'))) as Compiled
    return compiled.sources.every(isUnchanged) ? { ...compiled, text } : undefined
  } catch {
    return undefined
  }
}

function isUnchanged([file, time, size]: Compiled['sources'][number]): boolean {
  const stats = statSync(`${root}/${file}`, { throwIfNoEntry: false })
  return stats?.mtimeMs === time && stats.size === size
}

async function compileAndRun(program: string): Promise<void> {
  let compiled: Readable | undefined
  const isFirst = !existsSync(join(cache, `${program}.js`))
  if (isFirst && process.stderr.isTTY) process.stderr.write(`set-up: compiling modgate ${program}, once\n`)
  try {
    const { compileProgram } = await import('./compile.ts')
    compiled = read(await compileProgram({ root, cache, write }, program))
  } catch {
    // Whatever is wrong with the sources, they say it themselves.
  }
  if (compiled) run(compiled)
  else await runSources()
}

async function runSources(): Promise<void> {
  await import('../../packages/modgate/src/cli/main.ts')
}

function run({ program, id, text }: Readable): void {
  const bytecodeFile = join(cache, `${program}-${id}.code`)
  const cachedData = bytecodeOf(bytecodeFile)
  const script = new Script(text, { filename: join(cache, `${program}.js`), ...(cachedData && { cachedData }) })
  if (!cachedData || script.cachedDataRejected === true) {
    // Who asked for help, or failed, has seen little of a command; but help is all that the program of all commands is there for.
    const isHelp = process.argv.some((argument) => argument === '--help' || argument === '-h')
    if (program === 'all' || !isHelp) keepAtEnd(bytecodeFile, script)
  }
  const start = script.runInThisContext() as Program
  start(createRequire(join(root, 'packages', 'modgate', 'package.json')), (source) => ({
    // Hundreds of modules begin, and two or three of them ask.
    get url() {
      return pathToFileURL(join(root, source)).href
    },
    get dirname() {
      return join(root, source, '..')
    },
  }))
}

function bytecodeOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** What has been run by the end is what the next run will need. */
function keepAtEnd(bytecodeFile: string, script: Script): void {
  process.once('exit', (code) => {
    if (code === 0) keep(bytecodeFile, script.createCachedData())
  })
}

/** The next run does it where this one cannot. */
function keep(file: string, bytecode: Uint8Array): void {
  try {
    write(file, bytecode)
  } catch {
    return
  }
}

/** All of it, or nothing. */
function write(file: string, content: Uint8Array | string): void {
  const partial = `${file}.${process.pid}`
  try {
    writeFileSync(partial, content, { mode: 0o644 })
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

launch()
