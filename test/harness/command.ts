import { Writable } from 'node:stream'
import { runCommandLine } from '../../packages/modgate/src/cli/command-line.ts'
import { thisMachine, type Machine } from '../../packages/modgate/src/config/index.ts'

export interface CommandMachine {
  readonly home: string
  readonly cwd: string
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
}

/** Runs one command line of modgate in this process, on a machine of its own, and collects what it writes. */
export async function runCommand(
  args: readonly string[],
  { home, cwd, environment }: CommandMachine,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const written = { stdout: '', stderr: '' }
  const collecting = (name: keyof typeof written) =>
    new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        written[name] += chunk
        done()
      },
    })
  const machine: Machine = { ...thisMachine(), home, cwd, environment }
  const streams = { stdout: collecting('stdout'), stderr: collecting('stderr') }
  const code = await runCommandLine(args, streams, machine)
  return { code, ...written }
}
