import type { ModuleVersion } from '../module/index.ts'
import type { FileSyntax, Line } from './syntax.ts'

/** The module directive. */
export interface Module {
  path: string
  /** The message of its `Deprecated:` comment; empty where it has none. */
  deprecated: string
  readonly syntax: Line
}

/** The go directive: a language version or release, without "go". */
export interface Go {
  version: string
  readonly syntax: Line
}

/** The toolchain directive: `default` or a toolchain's name. */
export interface Toolchain {
  name: string
  readonly syntax: Line
}

/** One `key=value` of the godebug directives. */
export interface Godebug {
  readonly key: string
  value: string
  readonly syntax: Line
}

/** A required module version, apart from any file. */
export interface Requirement extends ModuleVersion {
  /** Whether it is marked `// indirect`. */
  readonly indirect: boolean
}

/** A require directive. */
export interface Require {
  readonly path: string
  version: string
  indirect: boolean
  syntax: Line
}

/** An exclude directive. */
export interface Exclude extends ModuleVersion {
  readonly syntax: Line
}

/** A replace directive; an empty version of `old` means all, an empty version of `new` that its path is a directory. */
export interface Replace {
  old: ModuleVersion
  new: ModuleVersion
  readonly syntax: Line
}

/** Versions from `low` to `high`, both included; one version is both. */
export interface VersionInterval {
  readonly low: string
  readonly high: string
}

/** A retract directive with the comment that gives its reason. */
export interface Retract {
  low: string
  high: string
  readonly rationale: string
  readonly syntax: Line
}

/** A tool or ignore directive. */
export interface PathDirective {
  readonly path: string
  readonly syntax: Line
}

/** A use directive of go.work. */
export interface Use {
  readonly path: string
  /** Known to whoever added it; no file says it. */
  modulePath: string
  readonly syntax: Line
}

/** What go.mod and go.work share. */
export interface CommonFile {
  go: Go | undefined
  toolchain: Toolchain | undefined
  godebug: Godebug[]
  replace: Replace[]
  readonly syntax: FileSyntax
}

/** A go.mod file: its directives, each tied to its line of the syntax. */
export interface ModFile extends CommonFile {
  module: Module | undefined
  require: Require[]
  exclude: Exclude[]
  retract: Retract[]
  tool: PathDirective[]
  ignore: PathDirective[]
}

/** A go.work file. */
export interface WorkFile extends CommonFile {
  use: Use[]
}

/** Turns a version as written into the one that is meant; throws where there is none. It may be asked about a branch or a commit. */
export type VersionFixer = (path: string, version: string) => string

/** A go.mod file with nothing in it but this syntax. */
export function newModFile(syntax: FileSyntax): ModFile {
  return { ...newCommon(syntax), module: undefined, require: [], exclude: [], retract: [], tool: [], ignore: [] }
}

/** A go.work file with nothing in it but this syntax. */
export function newWorkFile(syntax: FileSyntax): WorkFile {
  return { ...newCommon(syntax), use: [] }
}

function newCommon(syntax: FileSyntax): CommonFile {
  return { go: undefined, toolchain: undefined, godebug: [], replace: [], syntax }
}
