/** Where a declaration comes from: a file, or flags. */

import { Failure } from '../core/failure.ts'
import { pathsOf } from '../config/index.ts'
import { checkedDeclaration, readDeclaration } from '../policy/declaration-read.ts'
import type { Declaration } from '../policy/declaration.ts'
import type { CommandLine } from './context.ts'

/** Flags that together are a declaration. */
export interface DeclarationFlags {
  readonly private?: readonly string[]
  readonly public?: readonly string[]
  readonly gate?: string
  readonly key?: string
  readonly region?: string
}

const text = { kind: 'parsed', parse: String, optional: true } as const

/** For the commands that take a declaration. */
export const declarationFlags = {
  private: {
    ...text,
    variadic: ',',
    placeholder: 'NAME',
    brief: 'NAME: A private host, with all below it, or a path; repeatable',
  },
  public: {
    ...text,
    variadic: ',',
    placeholder: 'NAME',
    brief: 'NAME: Public after all, inside what is private; repeatable',
  },
  gate: { ...text, placeholder: 'URL', brief: 'URL: The gate that go asks' },
  key: { ...text, placeholder: 'KEY', brief: 'KEY: The verifier key of its covering log' },
  region: { ...text, placeholder: 'NAME', brief: 'NAME: Which gate in front, where the declaration has several' },
} as const

/** The name that is looked for where none is given. */
export const declarationFile = 'modgate-policy.yaml'

/** Reads and checks it. Throws a Failure `configuration` with all that is wrong, each with its place. */
export async function loadDeclaration(
  { machine }: CommandLine,
  flags: DeclarationFlags,
  file: string | undefined,
): Promise<Declaration> {
  const { private: own, public: exceptions, gate, key } = flags
  const hasFlags = [own, exceptions, gate, key].some((flag) => flag !== undefined)
  if (hasFlags && file !== undefined) throw unusable(`${file} and flags`, 'give a file, or flags')
  const read = hasFlags
    ? checkedDeclaration(
        fromFlags(flags),
        (path) => `--${String(path.at(-1) === 'key' ? 'key' : path[0] === 'gates' ? 'gate' : path[0])}`,
      )
    : await readDeclaration(await textOf(machine, file ?? declarationFile, file !== undefined), file ?? declarationFile)
  if (read.problems === undefined) return read.declaration
  throw unusable(read.problems.join('\n'), 'correct the declaration')
}

function fromFlags({ private: own, public: exceptions, gate, key }: DeclarationFlags): object {
  return {
    ...(own && { private: own }),
    ...(exceptions && { public: exceptions }),
    ...(gate === undefined && key === undefined
      ? {}
      : { gates: [{ url: gate ?? '', ...(key === undefined ? {} : { key }) }] }),
  }
}

async function textOf(machine: CommandLine['machine'], file: string, named: boolean): Promise<string> {
  const text = await machine.readFile(pathsOf(machine).resolve(machine.cwd, file))
  if (text !== undefined) return text
  if (named) throw unusable(`there is no file ${file}`, 'modgate policy init prints one to begin with')
  throw unusable(
    `nothing is declared: there is no ${file} here`,
    `name a file, or write one: modgate policy init > ${file}`,
  )
}

function unusable(why: string, next: string): Failure {
  return new Failure('configuration', { asked: 'policy', who: 'modgate', why, next })
}
