import { elementFault, type PathKind } from './element.ts'
import { ModuleError } from './error.ts'
import { splitPathVersion } from './major.ts'
import { quoteCharacter } from './quote.ts'

// Nearly all paths are of this form, and nothing that is asked below can be wrong with them.
const plain = /^[0-9a-z-]+(?:[.][0-9a-z-]+)+(?:\/[0-9A-Za-z_-]+(?:[.][0-9A-Za-z_-]+)*)*$/
/** What a rule below speaks of: a leading dash, a major version, a name that Windows gives a meaning to. */
const special = /^-|^gopkg[.]in\/|\/v[0-9.]+$|(?:^|\/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:[./]|$)/i

/**
 * Checks a module path: a valid import path whose first element looks like a domain name (lower case, with a dot),
 * whose elements do not begin with a dot, and whose last element, if it is a major version, is a proper one.
 * See "Module paths and versions" in the Go Modules Reference.
 * @throws {ModuleError} kind `path`, if it is none.
 */
export function checkPath(path: string): void {
  if (plain.test(path) && !special.test(path)) return
  const reason = pathFault(path, 'path') ?? firstElementFault(path) ?? majorFault(path)
  if (reason !== undefined) throw new ModuleError({ kind: 'path', value: path, reason })
}

/**
 * Checks the import path of a package.
 * @throws {ModuleError} kind `import-path`, if it is none.
 */
export function checkImportPath(path: string): void {
  const reason = pathFault(path, 'import-path')
  if (reason !== undefined) throw new ModuleError({ kind: 'import-path', value: path, reason })
}

/**
 * Checks the slash-separated path of a file in a module zip. Letters are those of the runtime's Unicode tables.
 * @throws {ModuleError} kind `file-path`, if it may not stand in a zip.
 */
export function checkFilePath(path: string): void {
  const reason = pathFault(path, 'file-path')
  if (reason !== undefined) throw new ModuleError({ kind: 'file-path', value: path, reason })
}

/** What all kinds of paths have in common. */
function pathFault(path: string, kind: PathKind): string | undefined {
  if (!path.isWellFormed()) return 'invalid UTF-8'
  if (path === '') return 'empty string'
  if (path.startsWith('-') && kind !== 'file-path') return 'leading dash'
  if (path.includes('//')) return 'double slash'
  if (path.endsWith('/')) return 'trailing slash'
  for (const element of path.split('/')) {
    const fault = elementFault(element, kind)
    if (fault !== undefined) return fault
  }
  return undefined
}

function firstElementFault(path: string): string | undefined {
  const slash = path.indexOf('/')
  const first = slash < 0 ? path : path.slice(0, slash)
  if (!first.includes('.')) return 'missing dot in first path element'
  const bad = /[^-.0-9a-z]/.exec(first)
  return bad ? `invalid char ${quoteCharacter(bad[0])} in first path element` : undefined
}

function majorFault(path: string): string | undefined {
  return splitPathVersion(path) ? undefined : 'invalid version'
}
