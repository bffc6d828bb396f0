import { sortVersions } from '../module/index.ts'
import { ErrorList, modfileError } from './error.ts'
import { compareText, decodeText, fields } from './text.ts'

/** One line of a go.sum file: the hash of a module version's zip, or of its go.mod file alone. */
export interface SumEntry {
  readonly path: string
  readonly version: string
  /** Whether the hash is that of the go.mod file: `/go.mod` follows the version in the file. */
  readonly goMod: boolean
  /** The hash with its algorithm: `h1:…`. Others are kept, as the go command keeps them, and mean nothing. */
  readonly h1: string
  /** From 1; 0 for an entry that no file contains yet. */
  readonly line: number
}

// A go command of 2018 wrote this hash of an empty go.mod for what is no module; every go since drops it.
const emptyGoModHash = 'h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY='
const goModSuffix = '/go.mod'

/**
 * The entries of a go.sum file in its order (Go Modules Reference, "go.sum files"). Throws {@link ErrorList} with the first line
 * that does not have three fields. Fields are not checked: a go.sum is compared, not believed.
 */
export function parseSum(data: Uint8Array | string, file = 'go.sum'): SumEntry[] {
  const text = typeof data === 'string' ? data : decodeText(data)
  const entries: SumEntry[] = []
  let line = 0
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    const entry = parseLine(text.slice(start, end), file, ++line)
    if (entry && entry.h1 !== emptyGoModHash) entries.push(entry)
    start = end + 1
  }
  return entries
}

/** As go itself writes them. */
const plainLine = /^([!-~]+) ([!-~]+) ([!-~]+)$/

function parseLine(text: string, file: string, line: number): SumEntry | undefined {
  const parts = plainLine.exec(text)?.slice(1) ?? fields(text)
  if (parts.length === 0) return undefined
  const [path = '', version = '', h1 = ''] = parts
  if (parts.length !== 3) {
    const error = modfileError({ file, at: { line, column: 1 }, reason: `wrong number of fields ${parts.length}` })
    throw new ErrorList([error], 'malformed go.sum:\n')
  }
  const goMod = version.endsWith(goModSuffix)
  return { path, version: goMod ? version.slice(0, -goModSuffix.length) : version, goMod, h1, line }
}

/** The text of a go.sum file as the go command writes it: by path and version, the zip first, each line once. */
export function formatSum(entries: Iterable<Omit<SumEntry, 'line'>>): string {
  const hashes = new Map<string, Set<string>>()
  const modules = new Map<string, { path: string; version: string }>()
  for (const { path, version, goMod, h1 } of entries) {
    const mod = { path, version: goMod ? version + goModSuffix : version }
    const key = `${mod.path} ${mod.version}`
    modules.set(key, mod)
    hashes.set(key, (hashes.get(key) ?? new Set()).add(h1))
  }
  return sortVersions([...modules.values()])
    .map(({ path, version }) => `${path} ${version}`)
    .flatMap((key) => [...(hashes.get(key) ?? [])].sort(compareText).map((h1) => `${key} ${h1}\n`))
    .join('')
}
