import { onlyFirst, without } from './edit-list.ts'
import { errorOf } from './error.ts'
import type { ModFile, Requirement } from './file.ts'
import { autoQuote } from './quote.ts'
import { setIndirect, setVersion } from './require-line.ts'
import { sortBlocks } from './sort.ts'
import { addLine, updateLine } from './syntax-edit.ts'

/** Requires a version: in the first line of the path, whose comments stay, without its others, or in a new line. */
export function addRequire(file: ModFile, path: string, version: string): void {
  const { first, rest } = onlyFirst(file.require, (require) => require.path === path)
  file.require = rest
  if (first) {
    first.version = version
    updateLine(first.syntax, ['require', autoQuote(path), version])
  } else addNewRequire(file, { path, version, indirect: false })
}

/** Adds a require line at the end of the last block, whatever the file requires already. */
export function addNewRequire(file: ModFile, { path, version, indirect }: Requirement): void {
  const syntax = addLine(file.syntax, ['require', autoQuote(path), version])
  const require = { path, version, indirect: false, syntax }
  setIndirect(require, indirect)
  file.require.push(require)
}

/** No longer requires a module. */
export function dropRequire(file: ModFile, path: string): void {
  file.require = without(file.require, (require) => require.path === path)
}

/**
 * Makes the file require exactly this. Blocks and comments of the first line of each path stay; what is new goes into the last
 * block. Throws {@link ErrorList} for two versions of one path.
 */
export function setRequire(file: ModFile, requirements: readonly Requirement[]): void {
  const needed = neededByPath(requirements)
  const firsts = new Map(file.require.toReversed().map((require) => [require.path, require]))
  file.require = without(file.require, (require) => !needed.has(require.path) || firsts.get(require.path) !== require)
  for (const require of file.require) {
    const { version, indirect } = needed.get(require.path) ?? require
    setVersion(require, version)
    setIndirect(require, indirect)
    needed.delete(require.path)
  }
  for (const requirement of needed.values()) addNewRequire(file, requirement)
  sortBlocks(file)
}

function neededByPath(requirements: readonly Requirement[]): Map<string, Requirement> {
  const needed = new Map<string, Requirement>()
  for (const requirement of requirements) {
    const { path, version } = requirement
    const other = needed.get(path)?.version ?? version
    if (other !== version) throw errorOf({ reason: `conflicting versions for path ${path} (${other} and ${version})` })
    needed.set(path, requirement)
  }
  return needed
}
