import { readdirSync, rmSync, statfsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** A directory that is gone after the test. */
export function temporaryDirectory(t: TestContext): Promise<string> {
  return madeIn(t, join(tmpdir(), 'modgate-test-'))
}

const memory = '/dev/shm'
const plenty = 8 * 2 ** 30

/** The same for tens of thousands of files: in memory, where there is plenty of it, for a disk that others use takes several times as long. */
export function roomyDirectory(t: TestContext): Promise<string> {
  if (!isRoomy()) return temporaryDirectory(t)
  sweepMemory()
  return madeIn(t, join(memory, `modgate-test-${process.pid}-`))
}

async function madeIn(t: TestContext, prefix: string): Promise<string> {
  const path = await mkdtemp(prefix)
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 3 }))
  return path
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > plenty && process.availableMemory() > plenty
  } catch {
    return false
  }
}

/** Removes what tests have left that were killed: memory is dearer than a disk. */
function sweepMemory(): void {
  for (const name of readdirSync(memory)) {
    const [, pid] = /^modgate-test-(\d+)-/.exec(name) ?? []
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(memory, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Writes files by their slash-separated names, with the directories that they need. */
export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, data] of Object.entries(files)) {
    const path = join(directory, ...name.split('/'))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, data)
  }
}
