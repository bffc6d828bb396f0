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
