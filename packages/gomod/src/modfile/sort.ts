import { compare } from '../semver/index.ts'
import type { CommonFile, ModFile, VersionInterval, WorkFile } from './file.ts'
import type { Line, LineBlock, Statement } from './syntax.ts'
import { compareText } from './text.ts'

type Order = (a: Line, b: Line) => number

/**
 * Sorts the lines of each block and drops duplicates: of exclude, tool and ignore lines the first one stays, of replace lines
 * the last. Requirements and retractions may be there twice.
 */
export function sortBlocks(file: ModFile | WorkFile): void {
  dropDuplicates(file)
  for (const statement of file.syntax.statements) {
    if (statement.kind === 'block') statement.lines.sort(blockOrder(file, statement))
  }
}

function blockOrder(file: ModFile | WorkFile, block: LineBlock): Order {
  if ('use' in file) return compareLines
  const [verb] = block.tokens
  if (verb === 'retract') return compareRetracts
  // Since go 1.21 by version; before, as text (golang.org/issue/60028).
  const byVersion = verb === 'exclude' && file.go !== undefined && compare(`v${file.go.version}`, 'v1.21') >= 0
  return byVersion ? compareExcludes : compareLines
}

function compareLines(a: Line, b: Line): number {
  const length = Math.min(a.tokens.length, b.tokens.length)
  for (let at = 0; at < length; at++) {
    const order = compareText(a.tokens[at] ?? '', b.tokens[at] ?? '')
    if (order !== 0) return order
  }
  return a.tokens.length - b.tokens.length
}

function compareExcludes(a: Line, b: Line): number {
  const [path = '', version = ''] = a.tokens
  const [otherPath = '', otherVersion = ''] = b.tokens
  if (a.tokens.length !== 2 || b.tokens.length !== 2) return compareLines(a, b)
  return path === otherPath ? compare(version, otherVersion) : compareText(path, otherPath)
}

/** Newest first: by the low version, then by the high one. */
function compareRetracts(a: Line, b: Line): number {
  const x = interval(a)
  const y = interval(b)
  return compare(y.low, x.low) || compare(y.high, x.high)
}

function interval({ tokens }: Line): VersionInterval {
  const [first = '', low = '', comma, high = '', last] = tokens
  if (tokens.length === 1) return { low: first, high: first }
  const closed = tokens.length === 5 && first === '[' && comma === ',' && last === ']'
  return closed ? { low, high } : { low: '', high: '' }
}

function dropDuplicates(file: ModFile | WorkFile): void {
  const dropped = duplicateLines(file)
  const kept = <Directive extends { syntax: Line }>(list: Directive[]) =>
    list.filter(({ syntax }) => !dropped.has(syntax))
  file.replace = kept(file.replace)
  if (!('use' in file)) {
    file.exclude = kept(file.exclude)
    file.tool = kept(file.tool)
    file.ignore = kept(file.ignore)
  }
  dropLines(file, dropped)
}

/** The lines that say nothing new, which {@link sortBlocks} drops. */
export function duplicateLines(file: ModFile | WorkFile): ReadonlySet<Line> {
  const replaced = file.replace.toReversed().map(({ old, syntax }) => ({ ...old, syntax }))
  if ('use' in file) return new Set(repeated(replaced))
  return new Set([replaced, file.exclude, file.tool, file.ignore].flatMap(repeated))
}

function repeated(list: readonly { path: string; version?: string; syntax: Line }[]): Line[] {
  const seen = new Set<string>()
  return list.flatMap(({ path, version = '', syntax }) => {
    const before = seen.size
    seen.add(JSON.stringify([path, version]))
    return seen.size === before ? [syntax] : []
  })
}

function dropLines({ syntax }: CommonFile, dropped: ReadonlySet<Line>): void {
  syntax.statements = syntax.statements.filter((statement: Statement) => {
    if (statement.kind === 'comment') return true
    if (statement.kind === 'line') return !dropped.has(statement)
    statement.lines = statement.lines.filter((line) => !dropped.has(line))
    return statement.lines.length > 0
  })
}
