/**
 * Module graphs and minimal version selection, as the go command has them (cmd/go/internal/mvs and modload): graph pruning and what
 * it leaves out, workspaces, replacements and exclusions, go and toolchain lines as nodes of the graph.
 *
 * Nothing is read here: a {@link Summaries} answers what a go.mod says, at once or later, and the rules say which ones are asked
 * for. {@link resolveGraph} is all of it; the parts stand alone for those who have a graph already.
 */
export { OutdatedError, RequirementError, type RootChange } from './error.ts'
export { Graph } from './graph.ts'
export { compareGoVersions, isGoVersion, versionOfToolchain } from './go-version.ts'
export { isExcluded, isMain, type MainModule, type MainModules, type Summaries } from './main-modules.ts'
export { type Requirements, type Resolution, type UpdateMode } from './requirements.ts'
export { readSummary } from './read-summary.ts'
export { checkUpToDate, initialRequirements, resolveGraph, type ResolvedGraph, type ResolveOptions } from './resolve.ts'
export {
  defaultGoVersion,
  defaultWorkVersion,
  isStrictVersion,
  summaryOf,
  toolchainSummary,
  type ModSummary,
} from './summary.ts'
export { compareVersions, isToolchainPath, none, sortModules } from './version-order.ts'
export { whySelected, type SelectionReason } from './why.ts'
