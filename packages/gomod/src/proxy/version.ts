import { canonicalVersion, check, matchPathMajor, splitPathVersion, type ModuleVersion } from '../module/index.ts'
import { RequestError } from './request.ts'

/**
 * Checks that this is a module version that can exist: path and version fit, and the version is spelled canonically.
 * Throws a ModuleError or a RequestError.
 */
export function checkVersion({ path, version }: ModuleVersion): void {
  check(path, version)
  if (version !== canonicalVersion(version)) throw new RequestError('version', `version of ${path} is not canonical`)
}

/** Reports whether {@link checkVersion} would let the version of this (checked) path pass. */
export function isVersionOf(path: string, version: string): boolean {
  const split = splitPathVersion(path)
  return split !== undefined && canonicalVersion(version) === version && matchPathMajor(version, split.pathMajor)
}
