import type { Require } from '../modfile/index.ts'
import type { ModuleVersion } from '../module/index.ts'
import type { Graph } from './graph.ts'
import { keptRequirements, type MainModules, type Summaries } from './main-modules.ts'
import { readModuleGraph } from './module-graph.ts'
import { defaultGoVersion, defaultWorkVersion, pruningFor, type Pruning } from './summary.ts'
import { compareVersions, sortModules } from './version-order.ts'

/** Whether go.mod may be taken as if it were changed to what the graph needs: `-mod=mod`; nothing is written here. */
export type UpdateMode = 'readonly' | 'mod'

/** What requirements are made of and judged by. */
export interface Resolution {
  readonly mains: MainModules
  readonly summaries: Summaries
  readonly mode: UpdateMode
}

/** The roots of a graph, and the graph as soon as somebody wants it. Never changes. */
export class Requirements {
  readonly pruning: Pruning
  /** Sorted; the same path may stand there more than once. */
  readonly roots: readonly ModuleVersion[]
  /** The paths that are required without `// indirect`. */
  readonly direct: ReadonlySet<string>
  readonly #resolution: Resolution
  readonly #highest = new Map<string, string>()
  #graph: Promise<Graph> | undefined

  constructor(resolution: Resolution, { pruning, roots, direct }: RootSet) {
    this.#resolution = resolution
    this.pruning = pruning
    this.roots = roots
    this.direct = direct
    for (const { path, version } of roots) {
      const known = this.#highest.get(path)
      if (known === undefined || compareVersions(path, known, version) < 0) this.#highest.set(path, version)
    }
  }

  /** Reads the graph, once. Throws a `RequirementError`. */
  graph(): Promise<Graph> {
    this.#graph ??= readModuleGraph(
      { pruning: this.pruning, mains: versionless(this.#resolution.mains), roots: this.roots },
      this.#resolution.summaries,
    )
    return this.#graph
  }

  /** Whether the graph was asked for before. */
  get isGraphRead(): boolean {
    return this.#graph !== undefined
  }

  /** The highest version of a path among the roots. */
  highest(path: string): string | undefined {
    return this.#highest.get(path)
  }

  /** Requirements with other roots. */
  with(change: Partial<RootSet>): Requirements {
    const { pruning, roots, direct } = this
    return new Requirements(this.#resolution, { pruning, roots, direct, ...change })
  }
}

interface RootSet {
  readonly pruning: Pruning
  readonly roots: readonly ModuleVersion[]
  readonly direct: ReadonlySet<string>
}

/** The main modules as nodes of a graph. */
export function versionless({ modules }: MainModules): readonly ModuleVersion[] {
  return modules.map(({ path }) => ({ path, version: '' }))
}

/** What the files of the main modules require, as they stand. */
export function declaredRequirements(resolution: Resolution): Requirements {
  const { mains } = resolution
  if (mains.work !== undefined) {
    const goVersion = mains.work.go?.version ?? defaultWorkVersion
    const roots = [...versionless(mains), ...goAndToolchain(goVersion, mains.work.toolchain?.name)]
    const direct = directPaths(mains.modules.flatMap(({ file }) => file.require))
    return new Requirements(resolution, { pruning: 'workspace', roots: sortModules(roots), direct })
  }
  const main = mains.modules[0]!
  const goVersion = main.file.go?.version ?? defaultGoVersion
  const required = keptRequirements(main)
  const modules = required.map(({ path, version }) => ({ path, version }))
  const roots = sortModules([...modules, ...goAndToolchain(goVersion, main.file.toolchain?.name)])
  // Every module uses the language itself.
  const direct = directPaths(required).add('go')
  return new Requirements(resolution, { pruning: pruningFor(goVersion), roots, direct })
}

function directPaths(required: readonly Pick<Require, 'path' | 'indirect'>[]): Set<string> {
  return new Set(required.filter(({ indirect }) => !indirect).map(({ path }) => path))
}

function goAndToolchain(goVersion: string, toolchain: string | undefined): readonly ModuleVersion[] {
  const go = { path: 'go', version: goVersion }
  return toolchain === undefined ? [go] : [go, { path: 'toolchain', version: toolchain }]
}
