/** A spool directory for each process, named so that others can tell whether it still runs. */

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { makeDirectory } from './directories.ts'
import { endOrphans } from './orphans.ts'
import { codeOf } from './store-failure.ts'

/** `<host>-<pid>-<start>-<random>`: the start time tells a process from a later one with the same pid. */
export async function processName(pid: number): Promise<string> {
  return `${hostname()}-${pid}-${await startTime(pid)}-${randomBytes(4).toString('hex')}`
}

/** Makes the spool directory of this process below one that has those of all, and clears what dead ones have left there. */
export async function ownSpool(spools: string): Promise<string> {
  await makeDirectory(spools, 0o700)
  await clearDeadSpools(spools)
  const own = join(spools, await processName(process.pid))
  await mkdir(own, { mode: 0o700 })
  return own
}

/** Start of a process in clock ticks since boot (proc(5), field 22); `0` where the system has no /proc. */
async function startTime(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}

const abandonedAfterMs = 24 * 60 * 60 * 1000

/** Removes the spool directories of processes that run no more, and ends the programs that these have left running. */
async function clearDeadSpools(spools: string): Promise<void> {
  const dead: string[] = []
  for (const name of await readdir(spools)) if (!(await isAlive(spools, name))) dead.push(name)
  await endOrphans(dead)
  for (const name of dead) await rm(join(spools, name), { recursive: true, force: true })
}

/** Whether the process that owns this spool directory still runs. */
export async function isAlive(spools: string, name: string): Promise<boolean> {
  const parts = /^(.*)-(\d+)-(\d+)-[0-9a-f]+$/.exec(name)
  if (!parts) return false
  const [, host, pid, start] = parts
  // Of a process on another host that shares the directory nothing can be known but how long it has written nothing.
  if (host !== hostname()) {
    const found = await stat(join(spools, name)).catch(() => undefined)
    return found !== undefined && Date.now() - found.mtimeMs < abandonedAfterMs
  }
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
  }
  return (await startTime(Number(pid))) === start
}
