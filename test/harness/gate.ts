import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as secureGet } from 'node:https'
import { resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { type Finished, type OwnedProcess, ownProcess } from './process.ts'
import { temporaryDirectory } from './temporary.ts'

/** A real gate in a process of its own. */
export interface Gate {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly data: string
  readonly pid: number
  /** What it has logged, line by line as it was written. */
  readonly log: readonly string[]
  /** Asks it to end (SIGTERM) and waits. */
  stop(): Promise<Finished>
  /** What Ctrl-C does (SIGINT). */
  interrupt(): Promise<Finished>
  /** Ends it without any chance to tidy up. */
  kill9(): Promise<Finished>
}

export interface GateOptions {
  /** A directory of a former gate; without it, a new one that is gone after the test. */
  readonly data?: string
  /** Further flags of `modgate serve`. */
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The authority of the gate's certificate, where the flags give it one. */
  readonly ca?: string
}

const main = resolve(import.meta.dirname, '../../packages/modgate/src/cli/main.ts')

/** The command that runs modgate from this working copy. */
export const modgate: readonly string[] = [process.execPath, '--conditions=modgate-source', main]

/** Starts `modgate serve` on a free port and waits until it is healthy. Rejects with its last words when it ends before that. */
export async function startGate(t: TestContext, options: GateOptions = {}): Promise<Gate> {
  const data = options.data ?? (await temporaryDirectory(t))
  const flags = ['--listen', '127.0.0.1:0', '--data', data, '--log-format', 'json', ...(options.flags ?? [])]
  const child = ownProcess(t, [...modgate, 'serve', ...flags], {
    cwd: data,
    env: { ...gateEnvironment(data), ...options.env },
  })
  const log: string[] = []
  child.onLine((line) => log.push(line))
  const url = await Promise.race([listeningUrl(child), failure(child)])
  const status = await healthStatus(`${url}/healthz`, options.ca)
  if (status !== 200) throw new Error(`/healthz of the gate says ${status}`)
  const end = (signal: NodeJS.Signals) => {
    child.signal(signal)
    return child.ended
  }
  const ends = { stop: () => end('SIGTERM'), interrupt: () => end('SIGINT'), kill9: () => end('SIGKILL') }
  return { url, data, pid: child.pid, log, ...ends }
}

/** Nothing of the machine's Go settings: HOME has none, and there is no go command whose defaults could be read. */
function gateEnvironment(home: string): Record<string, string> {
  const cache = process.env['NODE_COMPILE_CACHE']
  return { PATH: '/usr/bin:/bin', HOME: home, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) }
}

/** The gate says where it listens in a log line of its own, since only it knows the port. */
function listeningUrl(child: OwnedProcess): Promise<string> {
  return new Promise((resolve) => {
    child.onLine((line) => {
      const entry = logEntry(line)
      if (entry?.['msg'] === 'listening' && typeof entry['url'] === 'string') resolve(entry['url'].replace(/\/$/, ''))
    })
  })
}

async function healthStatus(url: string, ca: string | undefined): Promise<number | undefined> {
  const request = ca === undefined ? get(url, { agent: false }) : secureGet(url, { agent: false, ca })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

async function failure(child: OwnedProcess): Promise<never> {
  const { code, stdout, stderr } = await child.ended
  throw new Error(`the gate ended with ${code} before it listened\n${stdout}${stderr}`)
}

/** A JSON log line as an object; undefined for a line that is none. */
export function logEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
