/**
 * The locks that the go command takes on files of its module cache: flock(2), exclusive, held by an open file (cmd/go/internal/lockedfile).
 * They end with the process that holds them, however it ends.
 *
 * Node has no flock. A program that runs beside us takes the locks that are free (`lock-keeper.ts`). Where somebody else has one, or there
 * is no such program, a small one of its own waits for it: such a lock belongs to the open file and not to a process, so that a program
 * which is handed our descriptor takes it for us, and leaves us with it when it ends.
 */

import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Failure } from '../core/failure.ts'
import { lockKeeper, type LockKeeper } from './lock-keeper.ts'
import { unwritable } from './whole-file.ts'

export interface FileLock {
  /** Open for reading and writing, where a file is locked to be changed. */
  readonly descriptor: number
  /** Throws a Failure `store-failed` where it was lost meanwhile: before anything that others would trust. */
  readonly mustHold: () => void
  /** Gives it back. Without effect the second time. */
  readonly release: () => void
}

export interface FileLocks {
  /**
   * Waits until the file is ours alone, and makes it, and the directories to it, where they are not there. Throws a Failure
   * `store-failed`, or the signal's reason.
   */
  take(file: string): Promise<FileLock>
  /** Gives all back. */
  close(): void
}

/** Programs that lock descriptor 3, of which one is on any system that Go's cache is locked on: of util-linux, and of Perl. */
const lockers: readonly (readonly [program: string, ...args: string[]])[] = [
  ['flock', '-x', '3'],
  ['perl', '-e', 'open(my $f, "+<&=", 3) or exit 1; flock($f, 2) or exit 1'],
]

/** Locks, as long as `signal` does not end everything. */
export function fileLocks(signal: AbortSignal): FileLocks {
  /** The first locker that is there. */
  let chosen = 0
  async function lock(file: string, descriptor: number): Promise<void> {
    for (; chosen < lockers.length; chosen++) {
      const code = await run(lockers[chosen]!, descriptor, signal)
      signal.throwIfAborted()
      if (code === 0) return
      if (code !== undefined) throw refused(file, `it cannot be locked: ${lockers[chosen]![0]} ended with ${code}`)
    }
    const next = 'install flock, of util-linux, or perl'
    throw refused(file, 'the go command locks it, and there is no program here that can', next)
  }
  const keeper = lockKeeper()
  async function locked(file: string, descriptor: number): Promise<Omit<FileLock, 'descriptor'>> {
    const answer = await keeper.take(file)
    signal.throwIfAborted()
    if (answer === 'held') return { release: () => keeper.release(file), mustHold: () => mustBeThere(file, keeper) }
    await lock(file, descriptor)
    return { release: () => undefined, mustHold: () => undefined }
  }
  return {
    async take(file) {
      signal.throwIfAborted()
      const descriptor = opened(file)
      try {
        const { release, mustHold } = await locked(file, descriptor)
        const giveBack = () => {
          release()
          closeSync(descriptor)
        }
        return { descriptor, mustHold, release: once(giveBack) }
      } catch (error) {
        closeSync(descriptor)
        throw error
      }
    },
    close: () => keeper.close(),
  }
}

function mustBeThere(file: string, { isLost }: LockKeeper): void {
  if (isLost()) throw refused(file, 'the program that held its lock has died')
}

function once(work: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) work()
    isDone = true
  }
}

function opened(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true })
    return openSync(file, 'a+', 0o666)
  } catch (error) {
    throw unwritable(file, error)
  }
}

/** The exit code; undefined where there is no such program. */
function run(
  [program, ...args]: readonly [string, ...string[]],
  descriptor: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', descriptor], signal })
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ENOENT' ? undefined : -1))
    child.once('exit', (code) => resolve(code ?? -1))
  })
}

function refused(asked: string, why: string, next = 'run it again'): Failure {
  return new Failure('store-failed', { asked, who: 'modgate', why, next })
}
