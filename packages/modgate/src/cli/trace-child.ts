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

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no program of this name is in PATH, or its interpreter is not there',
  EACCES: 'it is no file that may be executed',
}

/** Starts it; a Failure `usage` where there is no such program. */
export async function startChild(
  command: readonly string[],
  { cwd, environment }: ChildOptions,
): Promise<Child | Failure> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd, env: { ...environment }, stdio: 'inherit' })
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }))
  })
  const failure = await new Promise<Failure | undefined>((resolve) => {
    child.once('spawn', () => resolve(undefined))
    child.on('error', (error: NodeJS.ErrnoException) => resolve(notStarted(program, error)))
  })
  if (failure) return failure
  return { ended, signal: (name) => void child.kill(name) }
}

function notStarted(program: string, cause: NodeJS.ErrnoException): Failure {
  return new Failure('usage', {
    asked: program,
    who: 'modgate',
    why: `cannot be run: ${reasons[cause.code ?? ''] ?? cause.code ?? cause.message}`,
    next: 'give a program, and no builtin of a shell, behind --, as in: modgate trace -- go build ./...',
    cause,
  })
}

/** As shells report a command that could not be started: 127 where it is not there, 126 where it is nothing that runs. */
export function exitCodeOfStart(failure: Failure): 126 | 127 {
  return (failure.cause as NodeJS.ErrnoException).code === 'ENOENT' ? 127 : 126
}

/** As shells report it: 128 and the number of the signal. */
export function exitCodeOf(end: ChildEnd): number {
  return 'code' in end ? end.code : 128 + constants.signals[end.signal]
}
