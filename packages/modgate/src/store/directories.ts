/** Directories that come and go: eviction removes empty ones while somebody else may be about to put a file into them. */

import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './store-failure.ts'

/**
 * Makes a directory and those above it, one by one. Node's own recursive mkdir never returns where a parent exists and yet nothing
 * can be made in it, as below /proc. Throws the system's error.
 */
export async function makeDirectory(path: string, mode = 0o755): Promise<void> {
  const missing: string[] = []
  for (let at = path; !(await made(at, mode)); at = dirname(at)) {
    if (dirname(at) === at) break
    missing.unshift(at)
  }
  for (const each of missing) await mkdirOrKeep(each, mode)
}

/** False where the parent is not there. */
async function made(path: string, mode: number): Promise<boolean> {
  try {
    await mkdirOrKeep(path, mode)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

async function mkdirOrKeep(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw error
    const found = await stat(path).catch(() => undefined)
    if (!found?.isDirectory()) throw error
  }
}

const attempts = 8

/** Runs an action that needs the directory of `path`, making it where it is missing, also when it vanishes in between. */
export async function inDirectory<T>(path: string, action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action()
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || attempt === attempts) throw error
      await makeDirectory(dirname(path)).catch((cause: unknown) => {
        if (codeOf(cause) !== 'ENOENT') throw cause
      })
    }
  }
}
