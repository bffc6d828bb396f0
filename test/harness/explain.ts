/** `modgate explain` in a process of its own, on a file or on what is written to it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { modgate } from './gate.ts'

/** Logs in the forms in which CI systems keep them. */
export const logs = join(import.meta.dirname, '..', 'logs')

interface Root {
  readonly id: string
  readonly line: number
  readonly count: number
  readonly modules: { readonly names: readonly string[] }
  readonly consequences: readonly Root[]
}

/** What `--json` prints, as far as tests look at it. */
export interface Report {
  readonly complete: boolean
  readonly bytes: number
  readonly lines: number
  readonly roots: readonly Root[]
  readonly unknown: readonly { readonly template: string }[]
  readonly verification: { readonly findings: readonly { readonly id: string }[] }
}

/** Starts `modgate explain`; it ends at the latest with the test. */
export function explaining(t: TestContext, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [file = '', ...rest] = modgate
  const child = spawn(file, [...rest, 'explain', ...args], {
    cwd: logs,
    env: { PATH: process.env['PATH'], HOME: logs, ...env },
  })
  t.after(() => child.kill('SIGKILL'))
  child.stdin.on('error', () => undefined)
  // A test may close it before all was said.
  const output = text(child.stdout).catch(() => '')
  const said = Promise.all([output, text(child.stderr), once(child, 'close')])
  const ended = said.then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null }))
  return { child, ended }
}

/** Runs it to its end. */
export async function explained(t: TestContext, args: readonly string[], input: string | Uint8Array = '') {
  const { child, ended } = explaining(t, args)
  child.stdin.end(input)
  return ended
}

/** Runs it with `--json`. */
export async function reported(t: TestContext, target: string, input?: string | Uint8Array): Promise<Report> {
  const { stdout } = await explained(t, ['--json', target], input)
  return JSON.parse(stdout) as Report
}
