import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'

/** A directory that is gone after the test. */
export async function temporaryDirectory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'modgate-test-'))
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 3 }))
  return path
}

/** Writes files by their slash-separated names, with the directories that they need. */
export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, data] of Object.entries(files)) {
    const path = join(directory, ...name.split('/'))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, data)
  }
}
