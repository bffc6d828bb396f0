/** What became of a check of the module cache, for people and for programs. */

import { counted } from '../core/counted.ts'
import type { CheckedModule } from '../modcache/cache-check.ts'
import { sizeInWords } from './size-in-words.ts'

export interface CacheCheckReport {
  /** GOMODCACHE. */
  readonly root: string
  readonly modules: readonly CheckedModule[]
  /** Modules of the build that the cache does not have. */
  readonly absent: number
  /** Of the zips. */
  readonly bytes: number
}

export function isSound({ fault, differences }: CheckedModule): boolean {
  return fault === undefined && differences.length === 0
}

/** More would hide the next module. */
const shownFiles = 5

export function cacheCheckText({ root, modules, absent, bytes }: CacheCheckReport): string {
  const bad = modules.filter((module) => !isSound(module))
  const lines = bad.flatMap(problemLines)
  const unpacked = modules.filter(({ isUnpacked }) => isUnpacked).length
  lines.push(`${counted(modules.length, 'module')} in ${root}: ${sizeInWords(bytes)} of zips, ${unpacked} unpacked`)
  if (absent > 0)
    lines.push(
      `${counted(absent, 'more module')} of the build ${absent === 1 ? 'is' : 'are'} not in the cache, and need not be until a package of them is`,
    )
  if (bad.length === 0) lines.push('all agree')
  else
    lines.push(
      `${bad.length} do not agree`,
      '  next: where go.sum is right, remove these and download again: go clean -modcache; modgate download',
    )
  return lines.join('\n')
}

function problemLines({ path, version, fault, differences }: CheckedModule): readonly string[] {
  const name = `${path}@${version}`
  const zip = fault === undefined ? [] : [`${name}: zip: ${fault}`]
  const files = differences.slice(0, shownFiles).map(({ file, what }) => `${name}: ${what}: ${file}`)
  const more = differences.length - files.length
  return [...zip, ...files, ...(more > 0 ? [`${name}: and ${counted(more, 'more file')}`] : [])]
}
