import { statfsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** A directory that is gone after the test. */
export async function temporaryDirectory(t: TestContext, parent = tmpdir()): Promise<string> {
  const path = await mkdtemp(join(parent, 'modgate-test-'))
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 3 }))
  return path
}

const memory = '/dev/shm'
const plenty = 8 * 2 ** 30

/** The same for tens of thousands of files: in memory, where there is plenty of it, for a disk that others use takes several times as long. */
export function roomyDirectory(t: TestContext): Promise<string> {
  return temporaryDirectory(t, isRoomy() ? memory : tmpdir())
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > plenty && process.availableMemory() > plenty
  } catch {
    return false
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
