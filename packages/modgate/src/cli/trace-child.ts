/**
 * The traced command. It has the terminal, or whatever the streams are, to itself, and ends as it likes: its exit code is that of modgate.
 */

import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Failure } from '../core/failure.ts'

export interface ChildOptions {
  readonly cwd: string
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export type ChildEnd = { readonly code: number } | { readonly signal: NodeJS.Signals }

export interface Child {
  readonly ended: Promise<ChildEnd>
  signal(name: NodeJS.Signals): void
}

/** Starts it. Rejects with a Failure `usage` where there is no such program. */
export async function startChild(command: readonly string[], { cwd, environment }: ChildOptions): Promise<Child> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd, env: { ...environment }, stdio: 'inherit' })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }))
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.on('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Failure('usage', {
          asked: program,
          who: 'modgate',
          why: `cannot be run: ${error.code ?? error.message}`,
          next: 'give the command behind --, as in: modgate trace -- go build ./...',
          cause: error,
        }),
      )
    })
  })
  return { ended, signal: (name) => void child.kill(name) }
}

/** As shells report it: 128 and the number of the signal. */
export function exitCodeOf(end: ChildEnd): number {
  return 'code' in end ? end.code : 128 + constants.signals[end.signal]
}
