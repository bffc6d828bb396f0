/** Child processes of a run: started in groups of their own, ended by their id, at the latest when the bench ends. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Running {
  readonly pid: number
  /** Where it listens, without a slash at the end. */
  readonly url: string
  /** Ends the process and waits for it: SIGTERM, and SIGKILL after ten seconds. */
  stop(): Promise<void>
}

export interface StartOptions {
  /** Takes both outputs, so that nobody's CPU goes into reading them: a file, as an operator would have it. */
  readonly log: string
  readonly env?: Readonly<Record<string, string>>
  /** Finds the URL in what was written so far; without it, `msg: listening` of a JSON line says it. */
  readonly ready?: () => Promise<string | undefined>
}

const patienceMs = 60_000

/** Starts a server and waits until it listens. Throws with its last words when it ends before that. */
export async function start(command: readonly string[], options: StartOptions): Promise<Running> {
  const [file = '', ...args] = command
  const log = openSync(options.log, 'w')
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...options.env },
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  const pid = child.pid ?? 0
  const atExit = () => signal(pid, 'SIGKILL')
  process.once('exit', atExit)
  const stop = async () => {
    signal(pid, 'SIGTERM')
    const late = setTimeout(() => signal(pid, 'SIGKILL'), 10_000)
    await ended
    clearTimeout(late)
    process.removeListener('exit', atExit)
  }
  const ready = options.ready ?? (() => listeningUrl(options.log))
  const deadline = Date.now() + patienceMs
  while (Date.now() < deadline) {
    const url = await ready()
    if (url !== undefined) return { pid, url: url.replace(/\/$/, ''), stop }
    if (child.exitCode !== null || child.signalCode !== null || pid === 0) break
    await sleep(20)
  }
  await stop()
  throw new Error(`${command.join(' ')} does not listen:\n${await readFile(options.log, 'utf8')}`)
}

async function listeningUrl(log: string): Promise<string | undefined> {
  for (const line of (await readFile(log, 'utf8')).split('\n')) {
    if (!line.startsWith('{') || !line.endsWith('}')) continue
    const entry = JSON.parse(line) as Readonly<Record<string, unknown>>
    if (entry['msg'] === 'listening' && typeof entry['url'] === 'string') return entry['url']
  }
  return undefined
}

/** To the whole group: nginx has workers, npm and go have children. */
function signal(pid: number, name: NodeJS.Signals): void {
  if (pid === 0) return
  try {
    process.kill(-pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
