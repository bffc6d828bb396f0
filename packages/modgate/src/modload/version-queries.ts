/**
 * Which versions there are of a module, as the go command learns it: the list of its proxy, the answer to `@latest`, and what the main
 * modules add with replace lines (https://go.dev/ref/mod#version-queries). Asked once for each path.
 */

import {
  check,
  canonicalVersion,
  isPseudoVersion,
  ModuleError,
  splitPathVersion,
  zeroPseudoVersion,
} from '@modgate/gomod/module'
import { compareVersions } from '@modgate/gomod/mvs'
import { sort } from '@modgate/gomod/semver'
import { Failure } from '../core/failure.ts'
import type { ModFiles } from './mod-files.ts'
import type { Replacements } from './replacements.ts'
import { noTime, parseInfo, readInfo, timeOfPseudo, type VersionInfo } from './version-info.ts'

export interface VersionQueries {
  /** Versions that are not pseudo-versions, sorted. Throws a Failure, absent where the path is not known. */
  versions(path: string): Promise<readonly string[]>
  /** What stands for the whole where no version is tagged. Throws a Failure. */
  latest(path: string): Promise<VersionInfo>
  /** The info of one version. Throws a Failure. */
  stat(path: string, version: string): Promise<VersionInfo>
}

export function versionQueries(files: ModFiles, replacements: Replacements): VersionQueries {
  const lists = new Map<string, Promise<readonly string[]>>()

  /** The lines of the proxy's list, each in words. */
  async function list(path: string): Promise<readonly (readonly string[])[]> {
    const bytes = await files.read({ kind: 'list', path })
    if (bytes === undefined) throw unknown(`the versions of ${path}`)
    const lines = new TextDecoder().decode(bytes).split('\n')
    return lines.map((line) => line.trim().split(/\s+/)).filter(([version = '']) => isVersionOf(path, version))
  }

  async function versions(path: string): Promise<readonly string[]> {
    const replaced = replacements.versions(path).filter((version) => !isPseudoVersion(version))
    const listed = await list(path).catch((error: unknown) => {
      if (error instanceof Failure && error.absent && replacements.highest(path) !== undefined) return []
      throw error
    })
    const tagged = listed.map(([version = '']) => version).filter((version) => !isPseudoVersion(version))
    return sort([...new Set([...tagged, ...replaced])])
  }

  async function latest(path: string): Promise<VersionInfo> {
    const highest = highestReplaced(path)
    const found = await latestPublished(path).catch((error: unknown) => {
      if (highest !== undefined) return undefined
      throw error
    })
    const isReplaced = highest !== undefined && (!found || compareVersions(path, highest, found.version) > 0)
    return isReplaced ? { version: highest, time: timeOf(highest) } : found!
  }

  async function latestPublished(path: string): Promise<VersionInfo> {
    try {
      const bytes = await files.read({ kind: 'latest', path })
      if (bytes) return checkedLatest(path, parseInfo(bytes, `${path}@latest`))
    } catch (error) {
      if (!(error instanceof Failure) || !error.absent) throw error
    }
    const newest = (await list(path))
      .map(([version = '', time]) => ({ version, time: time ?? (isPseudoVersion(version) ? timeOf(version) : '') }))
      .filter(({ time }) => time !== '')
      .sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
      .at(-1)
    if (!newest) throw unknown(`${path}@latest`)
    return readInfo(files, { path, version: newest.version })
  }

  /** Of a path that is replaced without a version, one that is lower than any real one. */
  function highestReplaced(path: string): string | undefined {
    const highest = replacements.highest(path)
    if (highest !== '') return highest
    const major = splitPathVersion(path)?.pathMajor ?? ''
    return zeroPseudoVersion(major === '' ? 'v0' : major.slice(1))
  }

  return {
    latest,
    versions(path) {
      const known = lists.get(path) ?? versions(path)
      lists.set(path, known)
      return known
    },
    async stat(path, version) {
      try {
        return await readInfo(files, { path, version })
      } catch (error) {
        if (replacements.highest(path) === undefined || !replacements.of({ path, version })) throw error
        return { version, time: timeOf(version) }
      }
    },
  }
}

/** A proxy may list what it likes; what cannot be a version of the path is not asked for. */
function isVersionOf(path: string, version: string): boolean {
  try {
    check(path, version)
    return canonicalVersion(version) === version
  } catch (error) {
    if (error instanceof ModuleError) return false
    throw error
  }
}

function checkedLatest(path: string, info: VersionInfo): VersionInfo {
  if (isVersionOf(path, info.version)) return info
  const why = `it says ${info.version}, which is no version of this path`
  throw new Failure('upstream-invalid', { asked: `${path}@latest`, who: 'its proxy', why })
}

function timeOf(version: string): string {
  const time = isPseudoVersion(version) ? timeOfPseudo(version) : undefined
  return time === undefined ? noTime : time.toISOString().replace('.000Z', 'Z')
}

function unknown(asked: string): Failure {
  const why = 'nobody who may be asked knows it'
  return new Failure('module-not-found', { asked, who: 'modgate', why })
}
