/**
 * Settings of the go command as they are written into the files of a repository: each with its place, how far it reaches, and its
 * value where that is known before anything runs. Readers of one syntax each fill a `Scan`; none of them runs or unfolds anything.
 */

/** The settings that decide where a module comes from and who vouches for it, and two that never did. */
export const auditedNames = [
  'GOPROXY',
  'GOPRIVATE',
  'GONOPROXY',
  'GOSUMDB',
  'GONOSUMDB',
  'GONOSUMCHECK',
  'GOINSECURE',
  'GOVCS',
  'GOAUTH',
  'GOFLAGS',
  'GOTOOLCHAIN',
] as const
export type AuditedName = (typeof auditedNames)[number]

const names: ReadonlySet<string> = new Set(auditedNames)

/** Whether a variable is one of them. */
export function isAudited(name: string): name is AuditedName {
  return names.has(name)
}

/** How far a setting reaches, the widest first. */
export type Reach = 'machine' | 'file' | 'job' | 'step' | 'image' | 'command'

/** Where in a file a setting stands, and for what. */
export interface Spot {
  readonly line: number
  readonly reach: Reach
  /** Names from the outside in: a setting holds in its scope and in every scope below it. */
  readonly scope: readonly string[]
  /** In words: `the whole workflow`, `job build`, `this command`. */
  readonly where: string
}

export interface WrittenSetting extends Spot {
  readonly name: AuditedName
  /** Undefined where it is known only when it runs: `${{ secrets.PROXY }}`. */
  readonly value: string | undefined
  /** As it is written. */
  readonly text: string
  readonly file: string
}

/** A command that matters to go.sum. */
export interface NotedCommand {
  readonly kind: 'removes-go-sum' | 'rewrites-go-sum' | 'compares' | 'downloads'
  readonly file: string
  readonly line: number
  readonly text: string
}

/** What was found in one file so far. */
export interface Scan {
  readonly file: string
  readonly settings: WrittenSetting[]
  readonly commands: NotedCommand[]
  /** COPY instructions before a download, that bring go.mod without go.sum. */
  readonly halfCopies: { readonly line: number; readonly text: string }[]
  /** Why not all of it could be read. */
  readonly problems: string[]
}

/** An empty one. */
export function newScan(file: string): Scan {
  return { file, settings: [], commands: [], halfCopies: [], problems: [] }
}

/** A value as written, and whether it is one. */
export interface WrittenValue {
  readonly text: string
  readonly known: boolean
}

const maxSettings = 1_000
const maxLength = 4_000

/** Adds a setting, if its name is one of ours. Of a file that has more than people write, the rest is left out. */
export function addSetting(scan: Scan, name: string, { text, known }: WrittenValue, spot: Spot): void {
  if (!isAudited(name) || scan.settings.length > maxSettings) return
  if (scan.settings.length === maxSettings || text.length > maxLength) {
    scan.problems.push(`${scan.file}:${spot.line}: more settings, or a longer one, than are looked at`)
    if (text.length > maxLength) return
  }
  scan.settings.push({ ...spot, file: scan.file, name, text, value: known ? text : undefined })
}

/** A line without the comment at its end. */
export function withoutComment(text: string): string {
  const start = text.search(/[\t ]#/)
  return start < 0 ? text : text.slice(0, start)
}

/** `NAME=value` taken apart; undefined for what is none. */
export function assignment(text: string): { readonly name: string; readonly value: string } | undefined {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(equals, 0))
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) ? { name, value: text.slice(equals + 1) } : undefined
}
