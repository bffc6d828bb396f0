import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command, ScriptRun } from './script-run.ts'

/** The commands of scripts that look at what happened. */
export const checks: Readonly<Record<string, Command>> = {
  /** stdout REGEX: of the last go or fetch; `.` ends at a line, ^ and $ are those of lines. */
  stdout: ({ last }, [pattern = ''], not) => matches(last.stdout, pattern, not),
  stderr: ({ last }, [pattern = ''], not) => matches(last.stderr, pattern, not),
  /** requests GLOB N|>N: what the upstream has seen since the start or the last `forget`. */
  requests: ({ upstream }, [glob = '*', wanted = '0'], not) => {
    const count = upstream.count(glob)
    const right = wanted.startsWith('>') ? count > Number(wanted.slice(1)) : count === Number(wanted)
    const seen = upstream.requests.map(({ method, path }) => `${method} ${path}`).join('\n')
    if (right === not) throw new Error(`the upstream saw ${count} of ${glob}, all it saw:\n${seen}`)
  },
  /** exists PATH: relative to the client's main module. */
  exists: async ({ client }, [path = ''], not) => {
    const found = await stat(resolve(client.directory, path)).then(
      () => true,
      () => false,
    )
    if (found === not) throw new Error(not ? `${path} exists` : `${path} does not exist`)
  },
  /** grep REGEX FILE */
  grep: async (run, [pattern = '', file = ''], not) => matches(await content(run, file), pattern, not),
  /** cmp FILE FILE: `stdout` and `stderr` stand for what the last command said. */
  cmp: async (run, [left = '', right = ''], not) => {
    const [a, b] = [await content(run, left), await content(run, right)]
    if (not) assert.notEqual(a, b)
    else assert.equal(a, b)
  },
  /** log REGEX: some line of the gate's log. It may be written a moment after the answer, so this waits for it. */
  log: async ({ gate }, [pattern = ''], not) => {
    const found = () => gate!.log.some((line) => new RegExp(pattern).test(line))
    for (let tries = 0; !not && !found() && tries < 100; tries++) await sleep(50)
    if (found() === not) throw new Error(not ? 'the log says so' : 'the log does not say so')
  },
}

async function content({ client, last }: ScriptRun, name: string): Promise<string> {
  if (name === 'stdout' || name === 'stderr') return last[name]
  return readFile(resolve(client.directory, name), 'utf8')
}

function matches(text: string, pattern: string, not: boolean): void {
  if (new RegExp(pattern, 'm').test(text) === not)
    throw new Error(not ? `/${pattern}/ matches` : `/${pattern}/ does not match`)
}
