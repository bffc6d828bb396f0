import type { ModFile, Retract } from '../modfile/index.ts'
import type { ModuleVersion } from '../module/index.ts'
import { compareGoVersions } from './go-version.ts'

/** How much of a graph is read below a module: see https://go.dev/ref/mod#graph-pruning. */
export type Pruning = 'pruned' | 'unpruned' | 'workspace'

/** What the graph needs to know of a go.mod file. */
export interface ModSummary {
  /** The path that it declares; undefined where it has no module line. */
  readonly path: string | undefined
  /** Of its go line; undefined where it has none. */
  readonly goVersion: string | undefined
  readonly pruning: 'pruned' | 'unpruned'
  /** In the order of the file, and `go` last where its version counts in the graph. */
  readonly require: readonly ModuleVersion[]
  readonly retract: readonly Pick<Retract, 'low' | 'high' | 'rationale'>[]
  /** The message of its deprecation; empty where it is not deprecated. */
  readonly deprecated: string
}

/** The version that a go.mod without a go line is read as. */
export const defaultGoVersion = '1.16'
/** The version that a go.work without a go line is read as. */
export const defaultWorkVersion = '1.18'
const explicitIndirectVersion = '1.17'
const strictVersion = '1.21'

/** Whether a module of this Go version lists all that its packages need, so that what is below its requirements can be left out. */
export function pruningFor(goVersion: string): 'pruned' | 'unpruned' {
  return compareGoVersions(goVersion, explicitIndirectVersion) < 0 ? 'unpruned' : 'pruned'
}

/** Since 1.21 a Go version is a requirement like any other. */
export function isStrictVersion(goVersion: string): boolean {
  return compareGoVersions(goVersion, strictVersion) >= 0
}

/** The summary of a go.mod file. */
export function summaryOf(file: ModFile): ModSummary {
  const goVersion = file.go?.version
  const require: ModuleVersion[] = file.require.map(({ path, version }) => ({ path, version }))
  if (goVersion !== undefined && isStrictVersion(goVersion)) require.push({ path: 'go', version: goVersion })
  return {
    path: file.module?.path,
    goVersion,
    pruning: goVersion === undefined ? 'unpruned' : pruningFor(goVersion),
    require,
    retract: file.retract.map(({ low, high, rationale }) => ({ low, high, rationale })),
    deprecated: file.module?.deprecated ?? '',
  }
}

/** The summary of what is no module but a line of a go.mod: a release of Go requires the toolchain of its name. */
export function toolchainSummary({ path, version }: ModuleVersion): ModSummary {
  const needsToolchain = path === 'go' && isStrictVersion(version)
  return {
    path,
    goVersion: undefined,
    pruning: 'pruned',
    require: needsToolchain ? [{ path: 'toolchain', version: `go${version}` }] : [],
    retract: [],
    deprecated: '',
  }
}
