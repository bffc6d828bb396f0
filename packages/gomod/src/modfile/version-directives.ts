import type { ModuleVersion } from '../module/index.ts'
import { checkPathMajor, ModuleError, splitPathVersion } from '../module/index.ts'
import { isIndirect } from './directive-comment.ts'
import type { Directive } from './directive.ts'
import { DirectiveError } from './directive.ts'
import type { CommonFile, ModFile } from './file.ts'
import { isDirectoryPath } from './grammar.ts'
import { quote } from './quote.ts'

/** Reads `require example.com/m v1.2.3 // indirect`. */
export function readRequire(file: ModFile, directive: Directive): void {
  const mod = readModuleVersion(directive)
  file.require.push({ ...mod, indirect: isIndirect(directive.line), syntax: directive.line })
}

/** Reads `exclude example.com/m v1.2.3`. */
export function readExclude(file: ModFile, directive: Directive): void {
  file.exclude.push({ ...readModuleVersion(directive), syntax: directive.line })
}

function readModuleVersion(directive: Directive): ModuleVersion {
  if (directive.count !== 2) throw new DirectiveError(`usage: ${directive.verb} module/path v1.2.3`)
  const path = directive.text(0)
  const version = directive.version(1, path)
  const split = splitPathVersion(path)
  if (!split) throw new DirectiveError('invalid module path')
  expectMajor(directive, { path, version }, split.pathMajor)
  return { path, version }
}

/** Reads `replace example.com/m [v1.2.3] => ../dir` and `… => example.com/fork v1.4.0`. */
export function readReplace(file: CommonFile, directive: Directive): void {
  const { verb, count, line } = directive
  const arrow = directive.token(1) === '=>' ? 1 : 2
  if (directive.token(arrow) !== '=>' || count < arrow + 2 || count > arrow + 3) {
    const usage = `${verb} module/path [v1.2.3] =>`
    throw new DirectiveError(`usage: ${usage} other/module v1.4\n\t or ${usage} ../local/directory`)
  }
  const old = readReplaced(directive, arrow === 2)
  const replacement = readReplacement(directive, arrow + 1)
  file.replace.push({ old, new: replacement, syntax: line })
}

function readReplaced(directive: Directive, versioned: boolean): ModuleVersion {
  const path = directive.text(0)
  const split = splitPathVersion(path)
  if (!split) throw new DirectiveError('invalid module path', directive.verb, path)
  if (!versioned) return { path, version: '' }
  const version = directive.version(1, path)
  expectMajor(directive, { path, version }, split.pathMajor)
  return { path, version }
}

function readReplacement(directive: Directive, at: number): ModuleVersion {
  const path = directive.text(at)
  if (directive.count === at + 1) {
    expectDirectory(path)
    return { path, version: '' }
  }
  const version = directive.version(at + 1, path)
  if (isDirectoryPath(path)) {
    throw new DirectiveError(`replacement module directory path ${quote(path)} cannot have version`)
  }
  return { path, version }
}

function expectDirectory(path: string): void {
  if (!isDirectoryPath(path)) {
    if (path.includes('@')) {
      throw new DirectiveError("replacement module must match format 'path version', not 'path@version'")
    }
    throw new DirectiveError(
      'replacement module without version must be directory path (rooted or starting with . or ..)',
    )
  }
  if (path.includes('\\')) {
    throw new DirectiveError('replacement directory appears to be Windows path (on a non-windows system)')
  }
}

function expectMajor({ verb }: Directive, mod: ModuleVersion, pathMajor: string): void {
  try {
    checkPathMajor(mod.version, pathMajor)
  } catch (error) {
    if (error instanceof ModuleError) throw new DirectiveError(error.message, verb, mod.path)
    throw error
  }
}
