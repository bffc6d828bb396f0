import { elementFault } from './element.ts'
import { ModuleError } from './error.ts'
import { checkPath } from './path.ts'

declare const escapedPath: unique symbol
declare const escapedVersion: unique symbol

/**
 * A module path in which each upper-case letter is an exclamation mark and the lower-case letter, so that paths which
 * differ in case stay apart on file systems that ignore case. Only {@link escapePath} makes one: a plain path cannot
 * slip into a URL or a key, nor can a path be escaped twice.
 */
export type EscapedPath = string & { readonly [escapedPath]: true }

/** A version, or another revision that is asked for, escaped like an {@link EscapedPath}. */
export type EscapedVersion = string & { readonly [escapedVersion]: true }

/**
 * Escapes a module path for URLs and file names; see "GOPROXY protocol" in the Go Modules Reference.
 * @throws {ModuleError} kind `path`, if it is no module path.
 */
export function escapePath(path: string): EscapedPath {
  checkPath(path)
  return escapeUpper(path) as EscapedPath
}

/**
 * Escapes a version, which need not be a semantic one (it may name a branch or a commit), but must be a file name in
 * ASCII without exclamation marks. A branch with a slash is none, therefore no proxy is ever asked for it.
 * @throws {ModuleError} kind `version`, if it is none.
 */
export function escapeVersion(version: string): EscapedVersion {
  // The first range of the expression is all that is not ASCII.
  if (/[\u0080-\uffff!]/.test(version) || elementFault(version, 'file-path') !== undefined) {
    throw new ModuleError({ kind: 'version', value: version, reason: 'disallowed version string' })
  }
  return escapeUpper(version) as EscapedVersion
}

/**
 * The module path that {@link escapePath} made this of: for each path there is exactly one escaped form.
 * @throws {ModuleError} kind `path`, if it is no escaped module path.
 */
export function unescapePath(escaped: string): string {
  const path = unescapeUpper(escaped)
  if (path === undefined) throw malformed('path', escaped)
  try {
    checkPath(path)
  } catch (error) {
    if (error instanceof ModuleError) throw malformed('path', escaped, error.reason)
    throw error
  }
  return path
}

/**
 * The version that {@link escapeVersion} made this of.
 * @throws {ModuleError} kind `version`, if it is no escaped version.
 */
export function unescapeVersion(escaped: string): string {
  const version = unescapeUpper(escaped)
  if (version === undefined) throw malformed('version', escaped)
  const reason = elementFault(version, 'file-path')
  if (reason !== undefined) throw malformed('version', escaped, reason)
  return version
}

function malformed(
  kind: 'path' | 'version',
  value: string,
  reason = 'misplaced exclamation mark or upper-case letter',
): ModuleError {
  return new ModuleError({ kind, value, reason, form: 'escaped' })
}

function escapeUpper(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
}

/** Undefined unless every exclamation mark stands before a lower-case letter and the rest is ASCII without upper case. */
function unescapeUpper(escaped: string): string | undefined {
  const plain = escaped.replace(/![a-z]/g, '')
  if (/[\u0080-\uffffA-Z!]/.test(plain)) return undefined
  return escaped.replace(/![a-z]/g, (pair) => pair.charAt(1).toUpperCase())
}
