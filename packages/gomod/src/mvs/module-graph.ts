import { versionString, type ModuleVersion } from '../module/index.ts'
import { RequirementError } from './error.ts'
import { Graph } from './graph.ts'
import type { Summaries } from './main-modules.ts'
import type { ModSummary, Pruning } from './summary.ts'
import { compareVersions, none } from './version-order.ts'

/** Where a graph begins. */
export interface GraphStart {
  readonly pruning: Pruning
  /** The versionless main modules; in a workspace they are among the roots. */
  readonly mains: readonly ModuleVersion[]
  /** Sorted. */
  readonly roots: readonly ModuleVersion[]
}

/**
 * Reads the module graph as far as the go command does. Below a module that lists all it needs (go 1.17 and later) nothing more is
 * read; below an older one everything is, whatever it leads to.
 *
 * Summaries are asked for as soon as a module is known to be needed, any number at a time: the reader says how wide it works. Throws a
 * `RequirementError` with the shortest chain to a module that could not be read.
 */
export async function readModuleGraph(start: GraphStart, summaries: Summaries): Promise<Graph> {
  const { pruning, mains, roots } = start
  const graph = new Graph(pruning === 'workspace' ? roots : mains)
  if (pruning !== 'workspace') graph.require(mains[0]!, roots)
  const reading = new Reading(graph, summaries)
  for (const root of roots) reading.enqueue(root, pruning)
  await reading.drain()
  if (pruning === 'workspace') await readSelected(roots, graph, reading)
  reading.finish()
  return graph
}

/**
 * What one module of a workspace requires may be at a higher version because of another one. Such a module is read at its selected
 * version as if the workspace had required it there, so that the graph has what its packages need.
 */
async function readSelected(roots: readonly ModuleVersion[], graph: Graph, reading: Reading): Promise<void> {
  const relevant = new Set(roots.map(({ path }) => path))
  const seen = new Set<string>()
  const chosenOf = (path: string): ModuleVersion => ({ path, version: graph.selected(path) })
  const isRead = (module: ModuleVersion) => seen.has(versionString(module))
  /** The module itself, else those of its requirements that were chosen higher, as far as they are not read. */
  const missingOf = (path: string): readonly ModuleVersion[] => {
    const module = chosenOf(path)
    if (!isRead(module)) return [module]
    const raised = (graph.requiredBy(module) ?? []).filter(
      (required) => compareVersions(required.path, graph.selected(required.path), required.version) > 0,
    )
    return raised.map((required) => chosenOf(required.path)).filter((chosen) => !isRead(chosen))
  }
  for (;;) {
    const missing = [...relevant].flatMap(missingOf)
    if (missing.length === 0) return
    for (const module of missing) {
      reading.enqueue(module, 'workspace')
      seen.add(versionString(module))
      relevant.add(module.path)
    }
    await reading.drain()
  }
}

interface Task {
  readonly module: ModuleVersion
  readonly pruning: Pruning
}

/** The reading of one graph: what is still to do, what is under way, and what went wrong. */
class Reading {
  readonly #graph: Graph
  readonly #summaries: Summaries
  readonly #queue: Task[] = []
  readonly #begun = new Set<string>()
  readonly #read = new Map<string, ModSummary>()
  readonly #underWay = new Map<string, Task[]>()
  readonly #failures = new Map<string, unknown>()
  #wake: () => void = () => undefined

  constructor(graph: Graph, summaries: Summaries) {
    this.#graph = graph
    this.#summaries = summaries
  }

  enqueue(module: ModuleVersion, pruning: Pruning): void {
    const name = `${pruning} ${versionString(module)}`
    // Requirements may run in circles.
    if (module.version === none || this.#begun.has(name)) return
    this.#begun.add(name)
    this.#queue.push({ module, pruning })
  }

  /** Resolves when nothing is left to read. */
  async drain(): Promise<void> {
    for (;;) {
      for (let task = this.#queue.pop(); task; task = this.#queue.pop()) this.#begin(task)
      if (this.#underWay.size === 0) return
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** Throws where a summary could not be had. */
  finish(): void {
    if (this.#failures.size === 0) return
    const chain = this.#graph.findPath((module) => this.#failures.has(versionString(module)))!
    throw new RequirementError(chain, this.#failures.get(versionString(chain.at(-1)!)))
  }

  #begin(task: Task): void {
    const name = versionString(task.module)
    const known = this.#read.get(name)
    const waiting = this.#underWay.get(name)
    if (known) this.#expand(task, known)
    else if (waiting) waiting.push(task)
    else if (!this.#failures.has(name)) this.#ask(task, name)
  }

  #ask(task: Task, name: string): void {
    try {
      const summary = this.#summaries.summary(task.module)
      if (summary instanceof Promise) this.#await(task, summary)
      else this.#learn([task], summary)
    } catch (error) {
      this.#failures.set(name, error)
    }
  }

  #await(task: Task, summary: Promise<ModSummary>): void {
    const name = versionString(task.module)
    const waiting = [task]
    this.#underWay.set(name, waiting)
    void summary
      .then(
        (known) => this.#learn(waiting, known),
        (error: unknown) => this.#failures.set(name, error),
      )
      .finally(() => {
        this.#underWay.delete(name)
        this.#wake()
      })
  }

  #learn(tasks: readonly Task[], summary: ModSummary): void {
    const { module } = tasks[0]!
    this.#read.set(versionString(module), summary)
    this.#graph.require(module, summary.require)
    for (const task of tasks) this.#expand(task, summary)
  }

  #expand({ pruning }: Task, summary: ModSummary): void {
    if (pruning === 'pruned' && summary.pruning === 'pruned') return
    const below = pruning === 'unpruned' ? 'unpruned' : summary.pruning
    for (const requirement of summary.require) this.enqueue(requirement, below)
  }
}
