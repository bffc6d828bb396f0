import type { ModuleVersion } from '../module/index.ts'
import { compare, type Sign } from '../semver/index.ts'
import { compareGoVersions, isGoVersion, versionOfToolchain } from './go-version.ts'

/** What is selected of a path that is not in the graph. */
export const none = 'none'

/** Whether the path is one of the two that stand for go and toolchain lines: nodes of a graph, and no modules to download. */
export function isToolchainPath(path: string): boolean {
  return path === 'go' || path === 'toolchain'
}

/** Compares two versions of a path: semantic ones, and for `go` and `toolchain` those of Go. */
export function compareVersions(path: string, v: string, w: string): Sign {
  if (path === 'go') return compareGoVersions(v, w)
  if (path === 'toolchain') return compareGoVersions(release(v), release(w))
  return v === w ? 0 : compare(v, w)
}

/** The same, with the version of a main module, which has none, above all others: it is always the one selected. */
export function compareSelected(path: string, v: string, w: string): Sign {
  if (v === '' || w === '') return v === w ? 0 : v === '' ? 1 : -1
  return compareVersions(path, v, w)
}

/** A copy of the list, sorted by path, then by version. */
export function sortModules(list: readonly ModuleVersion[]): ModuleVersion[] {
  return list.toSorted((a, b) =>
    a.path === b.path ? compareVersions(a.path, a.version, b.version) : a.path < b.path ? -1 : 1,
  )
}

function release(name: string): string {
  return isGoVersion(name) ? name : versionOfToolchain(name)
}
