/** Modules as commands take them: named one by one, one a line of a file or of standard input, or those of the go.mod here. */

import { Failure } from '../core/failure.ts'
import type { Machine } from '../config/index.ts'
import { modulesOf, readProject } from '../inspect/evidence/project.ts'

export interface ModuleArguments {
  readonly named: readonly string[]
  /** A file with one module a line; `-` is standard input. */
  readonly file?: string
  readonly graph?: boolean
}

const maxBytes = 64 * 1024 * 1024

/**
 * The module paths, each once, without versions, in the order given. `input` is read where `-` is named, or nothing is and
 * it is no terminal. Throws a Failure `configuration` where there are none, or one is no module path at all.
 */
export async function readModules(
  { named, file, graph }: ModuleArguments,
  machine: Machine,
  input: NodeJS.ReadStream = process.stdin,
): Promise<readonly string[]> {
  const words = [...named.filter((name) => name !== '-')]
  if (graph) words.push(...(await graphModules(machine)))
  if (file !== undefined && file !== '-') words.push(...(await fileModules(file, machine)))
  const nothing = named.length === 0 && !graph && file === undefined
  if (file === '-' || named.includes('-') || (nothing && !input.isTTY)) words.push(...linesOf(await textOf(input)))
  const modules = [...new Set(words.map(modulePath))]
  if (modules.length === 0) throw unusable('there is no module to look at', 'name one, or pipe them in one a line')
  return modules
}

/** Without `@version`. A URL is no module path, but it is plain which one is meant. */
function modulePath(word: string): string {
  if (word.includes('://')) {
    const path = word.replace(/^[^:]*:\/\/(?:[^/]*@)?/, '').replace(/\.git$/, '')
    throw unusable('a URL is given where a module path is wanted', `write ${path.replace(/[?#].*/, '')}`)
  }
  return word.replace(/@.*$/, '')
}

async function graphModules(machine: Machine): Promise<readonly string[]> {
  const project = await readProject(machine)
  if (project === undefined) throw unusable('there is no go.mod here or above', 'run it in a module, or name modules')
  return modulesOf(project).map(({ path }) => path)
}

async function fileModules(file: string, machine: Machine): Promise<readonly string[]> {
  const { resolve } = await import('node:path')
  const text = await machine.readFile(resolve(machine.cwd, file))
  if (text === undefined)
    throw unusable(`there is no file ${file}`, 'name a file with one module a line, or - for standard input')
  return linesOf(text)
}

/** The first word of each line, so that the output of `go list -m all` will do; `#` and `//` begin a comment. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [word = ''] = line.trim().split(/\s+/, 1)
    return word === '' || /^(#|\/\/)/.test(word) ? [] : [word]
  })
}

async function textOf(input: NodeJS.ReadStream): Promise<string> {
  let text = ''
  input.setEncoding('utf8')
  for await (const chunk of input) {
    text += String(chunk)
    if (text.length > maxBytes) throw unusable('standard input is larger than 64 MB', 'pipe in fewer modules')
  }
  return text
}

function unusable(why: string, next: string): Failure {
  return new Failure('configuration', { asked: 'modules', who: 'modgate', why, next })
}
