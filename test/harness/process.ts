import { type ChildProcess, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'

export interface Finished {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

export interface OwnedProcess {
  readonly pid: number
  /** What it has written so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string }
  readonly ended: Promise<Finished>
  /** Calls back with each whole line of either stream. */
  onLine(listener: (line: string) => void): void
  signal(signal: NodeJS.Signals): void
}

export interface SpawnOptions {
  readonly cwd: string
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>
}

/** Starts a process that ends, with its children, at the latest with the test, also when that fails. */
export function ownProcess(t: TestContext, command: readonly string[], options: SpawnOptions): OwnedProcess {
  const [file = '', ...args] = command
  // A group of its own, so that the compilers that a go command started end with it.
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  const listeners: ((line: string) => void)[] = []
  for (const name of ['stdout', 'stderr'] as const) {
    let rest = ''
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      output[name] += chunk
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!
      for (const line of lines) for (const listener of listeners) listener(line)
    })
  }
  const ended = finished(child, output)
  const signal = (name: NodeJS.Signals) => signalGroup(child, name)
  const atExit = () => signal('SIGKILL')
  process.once('exit', atExit)
  child.once('close', () => process.removeListener('exit', atExit))
  t.after(async () => {
    signal('SIGKILL')
    await ended.catch(() => undefined)
  })
  return { pid: child.pid ?? 0, output: () => output, ended, onLine: (listener) => listeners.push(listener), signal }
}

function finished(child: ChildProcess, output: { stdout: string; stderr: string }): Promise<Finished> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code: code ?? signal ?? 1, ...output }))
  })
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    // It ended by itself a moment ago.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
