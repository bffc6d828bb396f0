/**
 * Child processes whose output is read while they run, where core/child-process.ts would hold all of it.
 *
 * A program gets a process group and a session of its own: what it starts in turn (git starts ssh, index-pack and more) ends with it, and
 * nothing of it can ask at a terminal.
 */

import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams as Spawned } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { Running, RunResult, StartProgram } from './ports.ts'

/** What a program said on its error output is for people: the end of it says why it failed. */
const keptStderrBytes = 16 * 1024
/** How long a program may take to clean up after itself before it is killed; milliseconds. */
const graceMs = 2_000

/** A way to start programs. Those that still run when this process exits are killed with it, unless it is killed itself. */
export function programStarter(): StartProgram {
  const atExit = exitList()
  return (argv, options) => {
    const child = spawned(argv, options)
    if (typeof child === 'string') return neverBegan(child)
    // A child that does not read its input closes the pipe, which is its right.
    child.stdin.on('error', () => undefined)
    child.stdin.end(options.input ?? '')
    const life = lifeOf(child, options.timeoutMs, atExit)
    const output = child.stdout as AsyncIterable<Uint8Array>
    return { output, ended: ended(child, life), stop: () => life.stop('killed') }
  }
}

type Start = Parameters<StartProgram>

type StartTrouble = 'not-there' | 'no-room'

const scarce: readonly unknown[] = ['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'E2BIG']

/** Why a program did not begin, by what the system said. */
export const startTrouble = (error: Error): StartTrouble =>
  'code' in error && scarce.includes(error.code) ? 'no-room' : 'not-there'

/** Where the system has no descriptor, memory or room for arguments left, there is not even a pipe. */
function spawned([program, ...args]: Start[0], { cwd, environment }: Start[1]): Spawned | StartTrouble {
  try {
    const child = spawn(program, args, {
      env: { ...environment },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    })
    // Before anything that may throw: an `error` that nobody hears ends this process.
    child.on('error', () => undefined)
    return (child.stdin as Writable | undefined) === undefined ? 'no-room' : child
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return startTrouble(error)
    throw error
  }
}

const neverBegan = (trouble: StartTrouble): Running => ({
  output: { async *[Symbol.asyncIterator]() {} },
  ended: Promise.resolve({ code: -1, stderr: '', isClean: true, trouble }),
  stop: () => undefined,
})

interface ExitList {
  add(kill: () => void): void
  remove(kill: () => void): void
}

/** One listener for all programs of a starter, and none while none runs. */
function exitList(): ExitList {
  const kills = new Set<() => void>()
  const killAll = () => kills.forEach((kill) => kill())
  return {
    add(kill) {
      if (kills.size === 0) process.once('exit', killAll)
      kills.add(kill)
    },
    remove(kill) {
      kills.delete(kill)
      if (kills.size === 0) process.removeListener('exit', killAll)
    },
  }
}

interface Life {
  trouble: RunResult['trouble'] | undefined
  /** Whether it had to be killed: then it has not cleaned up after itself. */
  killed: boolean
  isOver: boolean
  stop(why: NonNullable<RunResult['trouble']>): void
  over(): void
}

function lifeOf(child: ChildProcess, timeoutMs: number, atExit: ExitList): Life {
  let grace: NodeJS.Timeout | undefined
  const kill = () => {
    life.killed = true
    signalGroup(child, 'SIGKILL')
    // What left the group may hold the pipes open for ever.
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  const life: Life = {
    trouble: undefined,
    killed: false,
    isOver: false,
    stop(why) {
      if (life.isOver || life.trouble !== undefined) return
      life.trouble = why
      signalGroup(child, 'SIGTERM')
      // Whoever gave up on it reads no more, and a program that waits for a reader never ends.
      child.stdout?.destroy()
      grace = setTimeout(kill, graceMs)
    },
    over() {
      life.isOver = true
      clearTimeout(limit)
      clearTimeout(grace)
      atExit.remove(kill)
    },
  }
  const limit = setTimeout(() => life.stop('timeout'), timeoutMs)
  atExit.add(kill)
  return life
}

function ended(child: ChildProcess, life: Life): Running['ended'] {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-keptStderrBytes)))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      // A program that never began has no `close`.
      if (child.pid === undefined) life.trouble = startTrouble(error)
      if (child.pid === undefined) finish(-1, null)
    })
    child.once('close', finish)
    function finish(code: number | null, signal: NodeJS.Signals | null) {
      life.over()
      const trouble = life.trouble ?? (signal === null ? undefined : 'killed')
      const isClean = !life.killed && (signal === null || signal === 'SIGTERM')
      resolve({ code: code ?? -1, stderr, isClean, ...(trouble === undefined ? {} : { trouble }) })
    }
  })
}

/** Also when the program itself has ended: what it started may not have. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // All of it ended by itself a moment ago.
  }
}
