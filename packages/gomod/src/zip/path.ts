import { ModuleError, canonicalVersion, check, checkFilePath } from '../module/index.ts'
import type { ModuleVersion } from '../module/index.ts'
import { ZipError } from './error.ts'

/**
 * Checks that the version is canonical and fits the module path.
 * @throws ZipError `module`
 */
export function checkModule({ path, version }: ModuleVersion): void {
  const canonical = canonicalVersion(version)
  if (canonical !== version) {
    const should = `should be ${JSON.stringify(canonical)}`
    throw new ZipError('module', `version ${JSON.stringify(version)} is not canonical (${should})`)
  }
  try {
    check(path, version)
  } catch (cause) {
    throw new ZipError('module', cause instanceof Error ? cause.message : 'malformed module', { cause })
  }
}

/** What all names in the zip of this module begin with. */
export function zipPrefix({ path, version }: ModuleVersion): string {
  return `${path}@${version}/`
}

/** Why a path may not stand in a module zip (Go: module.CheckFilePath), or undefined. */
export function filePathFault(path: string): string | undefined {
  try {
    checkFilePath(path)
    return undefined
  } catch (error) {
    if (error instanceof ModuleError) return error.message
    throw error
  }
}

/** Reports whether the path is as Go's path.Clean would write it: no empty element, no `.`, `..` only in front. */
export function isClean(path: string): boolean {
  if (path === '.' || path === '/') return true
  const elements = (path.startsWith('/') ? path.slice(1) : path).split('/')
  let inFront = !path.startsWith('/')
  for (const element of elements) {
    if (element === '' || element === '.' || (element === '..' && !inFront)) return false
    if (element !== '..') inFront = false
  }
  return true
}

/** The directory with its last slash, and the name behind it. */
export function splitPath(path: string): [directory: string, base: string] {
  const end = path.lastIndexOf('/') + 1
  return [path.slice(0, end), path.slice(end)]
}
