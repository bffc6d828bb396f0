import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What is below a directory, by slash-separated paths: mode and content, so that trees can be compared. Empty where there is none. */
export function fileTree(directory: string): Readonly<Record<string, string>> {
  if (lstatSync(directory, { throwIfNoEntry: false }) === undefined) return {}
  const names = (readdirSync(directory, { recursive: true }) as string[]).sort()
  return Object.fromEntries(
    ['', ...names].map((name) => [name.replaceAll(sep, '/'), described(join(directory, name))] as const),
  )
}

function described(path: string): string {
  const stats = lstatSync(path)
  const mode = (stats.mode & 0o777).toString(8)
  if (stats.isSymbolicLink()) return `link ${readlinkSync(path)}`
  return stats.isDirectory() ? `directory ${mode}` : `file ${mode}\n${readFileSync(path, 'latin1')}`
}

export interface TreeComparison {
  /** Whether a path below the directories does not count. */
  readonly isPassing?: (path: string) => boolean
  /** What of a file counts; by itself, all. */
  readonly counting?: (path: string, bytes: Buffer) => Buffer
}

/** In what two directories differ: names, modes, bytes. Paths below them; reads two files at a time, for what is too large for `fileTree`. */
export function treeDifferences(one: string, other: string, comparison: TreeComparison = {}): readonly string[] {
  const { isPassing = () => false, counting = (_path: string, bytes: Buffer) => bytes } = comparison
  const isSame = (path: string): boolean => {
    const [own, others] = [join(one, path), join(other, path)] as const
    const stats = lstatSync(own, { throwIfNoEntry: false })
    if (stats === undefined || stats.mode !== lstatSync(others, { throwIfNoEntry: false })?.mode) return false
    if (stats.isDirectory()) return true
    if (stats.isSymbolicLink()) return readlinkSync(own) === readlinkSync(others)
    return counting(path, readFileSync(own)).equals(counting(path, readFileSync(others)))
  }
  const names = [one, other].flatMap((directory) => readdirSync(directory, { recursive: true }) as string[])
  const paths = [...new Set(names)].filter((name) => !isPassing(name.replaceAll(sep, '/')))
  return paths.filter((path) => !isSame(path)).sort()
}
