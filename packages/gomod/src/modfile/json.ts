import type { ModuleVersion } from '../module/index.ts'
import type { ModFile, Replace, WorkFile } from './file.ts'
import { duplicateLines } from './sort.ts'
import type { Line } from './syntax.ts'

/** A module version in JSON; no version where it has none. */
export interface ModuleVersionJson {
  readonly Path: string
  readonly Version?: string | undefined
}

/** A replace directive in JSON. */
export interface ReplaceJson {
  readonly Old: ModuleVersionJson
  readonly New: ModuleVersionJson
}

/** What `go mod edit -json` prints. Lists without elements are null, as Go has them. */
export interface ModFileJson {
  readonly Module: { readonly Path: string; readonly Deprecated?: string | undefined }
  readonly Go?: string | undefined
  readonly Toolchain?: string | undefined
  readonly GoDebug?: readonly { readonly Key: string; readonly Value: string }[] | undefined
  readonly Require: readonly (ModuleVersionJson & { readonly Indirect?: true | undefined })[] | null
  readonly Exclude: readonly ModuleVersionJson[] | null
  readonly Replace: readonly ReplaceJson[] | null
  readonly Retract: readonly RetractJson[] | null
  readonly Tool: readonly { readonly Path: string }[] | null
  readonly Ignore: readonly { readonly Path: string }[] | null
}

/** A retract directive in JSON. */
export interface RetractJson {
  readonly Low?: string | undefined
  readonly High?: string | undefined
  readonly Rationale?: string | undefined
}

/** What `go work edit -json` prints. */
export interface WorkFileJson {
  readonly Go?: string | undefined
  readonly Use: readonly { readonly DiskPath: string; readonly ModPath?: string | undefined }[] | null
  readonly Replace: readonly ReplaceJson[] | null
}

/** The value that `go mod edit -json` prints of a file, without duplicates; {@link formatJSON} makes it the very text. */
export function toJSON(file: ModFile): ModFileJson {
  const listed = listing(file)
  return {
    Module: { Path: file.module?.path ?? '', Deprecated: filled(file.module?.deprecated) },
    Go: filled(file.go?.version),
    Toolchain: filled(file.toolchain?.name),
    GoDebug: listed(file.godebug, ({ key, value }) => ({ Key: key, Value: value })) ?? undefined,
    Require: listed(file.require, (mod) => ({ ...versionJson(mod), Indirect: mod.indirect || undefined })),
    Exclude: listed(file.exclude, versionJson),
    Replace: listed(file.replace, replaceJson),
    Retract: listed(file.retract, ({ low, high, rationale }) => ({
      Low: filled(low),
      High: filled(high),
      Rationale: filled(rationale),
    })),
    Tool: listed(file.tool, ({ path }) => ({ Path: path })),
    Ignore: listed(file.ignore, ({ path }) => ({ Path: path })),
  }
}

/** The value that `go work edit -json` prints of a file: it leaves toolchain and godebug out. */
export function workToJSON(file: WorkFile): WorkFileJson {
  const listed = listing(file)
  return {
    Go: filled(file.go?.version),
    Use: listed(file.use, ({ path, modulePath }) => ({ DiskPath: path, ModPath: filled(modulePath) })),
    Replace: listed(file.replace, replaceJson),
  }
}

/**
 * A value as the go command prints JSON, byte for byte: tabs, a newline at the end, and escapes for what is unsafe in HTML. In
 * all other files, that is those without `<`, `>`, `&` and line separators, `JSON.stringify(value, null, '\t')` gives the same.
 */
export function formatJSON(value: object): string {
  return `${safe(JSON.stringify(value, null, '\t'))}\n`
}

/** The same on one line, without one at the end: Go's encoding/json, as `.info` files have it. */
export function compactJSON(value: object): string {
  return safe(JSON.stringify(value))
}

function safe(json: string): string {
  return json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}|[<>&\u2028\u2029]/g, escapeUnsafe)
}

function escapeUnsafe(text: string): string {
  if (text === '\\\\') return text
  // What was no UTF-8 is a lone surrogate here and the replacement character there.
  if (text.startsWith('\\u')) return '\\ufffd'
  return `\\u${text.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

/** Converts a list of the file without what its lines repeat; nothing left is null. */
function listing(file: ModFile | WorkFile) {
  const duplicates = duplicateLines(file)
  return <From extends { syntax: Line }, To>(list: readonly From[], convert: (from: From) => To): To[] | null => {
    const kept = list.filter(({ syntax }) => !duplicates.has(syntax))
    return kept.length > 0 ? kept.map((from) => convert(from)) : null
  }
}

function versionJson({ path, version }: ModuleVersion): ModuleVersionJson {
  return { Path: path, Version: filled(version) }
}

function replaceJson(directive: Replace): ReplaceJson {
  return { Old: versionJson(directive.old), New: versionJson(directive.new) }
}
