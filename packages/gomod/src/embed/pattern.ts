import { checkFilePath, ModuleError } from '../module/index.ts'
import { matchName } from './match.ts'

export interface EmbedPattern {
  /** The elements of the path, each a pattern of its own; never empty. */
  readonly elements: readonly string[]
  /** Whether files whose names begin with a dot or an underscore are taken of a directory, too: `all:`. */
  readonly all: boolean
}

/** Parses a pattern as `//go:embed` has it; undefined where the go command refuses it. */
export function parsePattern(text: string): EmbedPattern | undefined {
  const all = text.startsWith('all:')
  const glob = all ? text.slice(4) : text
  const elements = glob.split('/')
  const isPath =
    glob.isWellFormed() && elements.every((element) => element !== '' && element !== '.' && element !== '..')
  // Of the whole as well, since a class may not have a slash in it.
  return isPath && matchName(glob) && elements.every((element) => matchName(element)) ? { elements, all } : undefined
}

const repositories: ReadonlySet<string> = new Set(['.bzr', '.hg', '.git', '.svn'])

/** Whether a file or directory of this name can be part of a module, so that others who build the package have it, too. */
export function isEmbeddableName(name: string): boolean {
  try {
    checkFilePath(name)
    return !repositories.has(name)
  } catch (error) {
    if (error instanceof ModuleError) return false
    throw error
  }
}
