/**
 * Programs that outlive the process which started them: after `kill -9` nobody tells git to stop, and it goes on fetching for nobody.
 *
 * A program carries the name of its process in its environment, and so do all that it starts in turn. Whoever finds the process dead looks
 * for that name among the processes of the machine, and ends what has it: no pid is written down, and so none can have become another's.
 */

import { readdir, readFile } from 'node:fs/promises'

/** The variable that names the spool directory of the process on whose behalf a program runs. */
export const ownerVariable = 'MODGATE_PROCESS'

/** What is killed may just have started something: so often it is looked again. */
const rounds = 10

/** Kills the programs of dead processes, named by their spool directories. On a system without /proc it finds none. */
export async function endOrphans(names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const marks = names.map((name) => `\0${ownerVariable}=${name}\0`)
  for (let round = 0; round < rounds; round++) {
    const found = await processesWith(marks)
    if (found.length === 0) return
    for (const pid of found) kill(pid)
  }
}

async function processesWith(marks: readonly string[]): Promise<readonly number[]> {
  const found: number[] = []
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue
    // Those of other users cannot be read, and are none of ours.
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '')
    if (marks.some((mark) => `\0${environment}`.includes(mark))) found.push(Number(pid))
  }
  return found
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself a moment ago.
  }
}
