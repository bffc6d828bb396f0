/** The machine's own child processes. */

import { execFile, type ExecException } from 'node:child_process'
import { startTrouble } from './program.ts'
import type { Runner, RunOptions, RunResult } from './ports.ts'

const defaultTimeoutMs = 30_000
const maxOutputBytes = 16 * 1024 * 1024

export const systemRunner: Runner = {
  run: ([program, ...args], options = {}) =>
    new Promise((resolve) => {
      const { cwd, environment, input, timeoutMs = defaultTimeoutMs, signal } = options
      const child = execFile(
        program,
        args,
        {
          encoding: 'utf8',
          timeout: timeoutMs,
          killSignal: 'SIGKILL',
          maxBuffer: maxOutputBytes,
          ...(cwd === undefined ? {} : { cwd }),
          ...(environment === undefined ? {} : { env: { ...environment } }),
          ...(signal === undefined ? {} : { signal }),
        },
        (error, stdout, stderr) => resolve(result(error, stdout, stderr, options)),
      )
      // A child that does not read its input closes the pipe, which is its right.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input ?? '')
    }),
}

function result(error: ExecException | null, stdout: string, stderr: string, options: RunOptions): RunResult {
  if (error === null) return { code: 0, stdout, stderr }
  if (typeof error.code === 'number') return { code: error.code, stdout, stderr }
  return { code: -1, stdout, stderr, trouble: troubleOf(error, options) }
}

function troubleOf(error: ExecException, { signal }: RunOptions): NonNullable<RunResult['trouble']> {
  const code: unknown = error.code
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'too-much-output'
  if (signal?.aborted === true) return 'killed'
  if (error.killed === true) return 'timeout'
  return error.signal ? 'killed' : startTrouble(error)
}
