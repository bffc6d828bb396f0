import { without } from './edit-list.ts'
import type { ModFile, PathDirective } from './file.ts'
import { autoQuote } from './quote.ts'
import { sortBlocks } from './sort.ts'
import { addLine } from './syntax-edit.ts'

/** Adds a tool, once, and sorts the blocks of the file. */
export function addTool(file: ModFile, path: string): void {
  addPath(file, 'tool', path)
}

/** Removes a tool, if it is there. */
export function dropTool(file: ModFile, path: string): void {
  file.tool = withoutPath(file.tool, path)
}

/** Adds a directory to ignore, once, and sorts the blocks of the file. */
export function addIgnore(file: ModFile, path: string): void {
  addPath(file, 'ignore', path)
}

/** No longer ignores a directory. */
export function dropIgnore(file: ModFile, path: string): void {
  file.ignore = withoutPath(file.ignore, path)
}

function addPath(file: ModFile, verb: 'tool' | 'ignore', path: string): void {
  if (file[verb].some((directive) => directive.path === path)) return
  file[verb].push({ path, syntax: addLine(file.syntax, [verb, autoQuote(path)]) })
  sortBlocks(file)
}

function withoutPath(list: readonly PathDirective[], path: string): PathDirective[] {
  return without(list, (directive) => directive.path === path)
}
