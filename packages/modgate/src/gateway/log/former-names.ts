/** Which logs there are in a data directory, for somebody who has lost the key that would tell. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** What stands below a log and is none: all of it may be large. */
const parts = new Set(['lookup', 'tile', 'bundle', 'index', 'times'])
/** A name has at most 128 characters. */
const deepest = 64

/** The names below which a head stands, in no order. Throws the system's error for a directory that cannot be read. */
export async function logNamesIn(modules: string): Promise<readonly string[]> {
  const found: string[] = []
  async function look(name: string, depth: number): Promise<void> {
    const items = await readdir(join(modules, 'sumdb', name), { withFileTypes: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    })
    if (name !== '' && items.some((item) => item.isFile() && item.name === 'log-head')) found.push(name)
    for (const item of items) {
      const below = name === '' ? item.name : `${name}/${item.name}`
      if (item.isDirectory() && !parts.has(item.name) && depth < deepest) await look(below, depth + 1)
    }
  }
  await look('', 0)
  return found
}
