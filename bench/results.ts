/** Results of runs, one JSON file each, kept in the repository. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Machine } from './machine.ts'
import type { RowResult } from './row.ts'

const directory = resolve(import.meta.dirname, 'results')

export interface Results extends Machine {
  readonly command: string
  readonly runs: number
  readonly contestants: Readonly<Record<string, { readonly version: string; readonly conditions: string }>>
  readonly rows: Record<string, RowResult & { readonly title: string }>
}

/** Writes `results/<date>-<machine>.json`; resolves to its path. */
export async function saveResults(results: Results): Promise<string> {
  await mkdir(directory, { recursive: true })
  const name = `${results.date.slice(0, 19).replaceAll(':', '')}-${results.machine}.json`
  const path = join(directory, name)
  await writeFile(path, `${JSON.stringify(results, null, 2)}\n`)
  return path
}

/** All results, oldest first. */
export async function allResults(): Promise<readonly Results[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as Results))
}
