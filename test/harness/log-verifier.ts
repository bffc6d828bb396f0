import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Found } from '../../tools/components/index.ts'
import { type Finished, ownProcess } from './process.ts'
import { temporaryDirectory } from './temporary.ts'

/** Somebody who reads a whole log and believes nothing of it; what it has seen once is never to be otherwise. */
export interface LogVerifier {
  /** Reads the log below a URL; `answered` are go.sum lines that it must have. The exit code is 0 where all is well. */
  run(url: string, answered?: Iterable<string>): Promise<Finished>
}

/** A verifier of the log with this key, by the Go program in `tools/log-verifier`. */
export async function logVerifier(t: TestContext, program: Found, key: string): Promise<LogVerifier> {
  const directory = await temporaryDirectory(t)
  const [pin, lines] = [join(directory, 'pin'), join(directory, 'answered')]
  return {
    async run(url, answered) {
      const given = [...(answered ?? [])]
      await writeFile(lines, given.map((line) => `${line}\n`).join(''))
      const args = ['-url', url, '-key', key, '-pin', pin, ...(given.length > 0 ? ['-answered', lines] : [])]
      return ownProcess(t, [program.path, ...args], { cwd: directory, env: { HOME: directory } }).ended
    },
  }
}
