import { versionString, type ModuleVersion } from '../module/index.ts'

/** A module that the graph needs could not be read. */
export class RequirementError extends Error {
  /** A shortest chain of requirements, from a root to the module that could not be read. */
  readonly chain: readonly ModuleVersion[]

  constructor(chain: readonly ModuleVersion[], cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${chain.map(versionString).join(' requires ')}: ${reason}`, { cause })
    this.name = 'RequirementError'
    this.chain = chain
  }
}

/** One requirement of a main module as it is, and as it would have to be. */
export interface RootChange {
  readonly path: string
  /** Undefined where it is not required. */
  readonly from: string | undefined
  /** Undefined where it would not be required any more. */
  readonly to: string | undefined
}

/** go.mod is not what the graph says that it must be, and the mode does not allow to change it: "updates to go.mod needed". */
export class OutdatedError extends Error {
  readonly changes: readonly RootChange[]

  constructor(changes: readonly RootChange[]) {
    const words = changes.map(({ path, from, to }) => `${path} ${from ?? 'not required'} => ${to ?? 'not required'}`)
    super(`updates to go.mod needed: ${words.join(', ')}`)
    this.name = 'OutdatedError'
    this.changes = changes
  }
}

/** What has to change to make one list of requirements the other. */
export function rootChanges(before: readonly ModuleVersion[], after: readonly ModuleVersion[]): readonly RootChange[] {
  const named = (list: readonly ModuleVersion[]) => new Set(list.map(versionString))
  const [old, next] = [named(before), named(after)]
  const gone = before.filter((module) => !next.has(versionString(module)))
  const come = after.filter((module) => !old.has(versionString(module)))
  const changes = gone.map(({ path, version }) => ({
    path,
    from: version,
    to: after.find((module) => module.path === path)?.version,
  }))
  const added = come.filter(({ path }) => !gone.some((module) => module.path === path))
  return [...changes, ...added.map(({ path, version }) => ({ path, from: undefined, to: version }))]
}
