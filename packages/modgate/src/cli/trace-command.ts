/** A command run before the recorder: its end, its signals, and what is said of it afterwards. */

import { hideSecretsIn } from '../core/secrets.ts'
import { paintFor } from '../report/findings-paint.ts'
import { traceText } from '../report/trace-text.ts'
import { traceWaitingText } from '../report/trace-waiting-text.ts'
import { endOf, traceFormat, type Trace } from '../trace/trace.ts'
import { remark, type CommandLine } from './context.ts'
import { exitCodeOf, startChild, type Child, type ChildEnd } from './trace-child.ts'
import { openOutputs } from './trace-outputs.ts'
import { traceParts, type TraceParts } from './trace-parts.ts'
import type { RunFlags } from './trace-run.ts'
import { modgateVersion } from './version-number.ts'

/** Runs it to its end. The exit code of the command becomes that of modgate. */
export async function traceCommand(command: CommandLine, argv: readonly string[], flags: RunFlags): Promise<void> {
  const { machine, process: own } = command
  const outputs = await openOutputs(command, flags)
  const parts = await traceParts(machine, { https: flags.https ?? false })
  try {
    const began = Date.now() - parts.recording.now()
    const child = await startChild(argv, { cwd: machine.cwd, environment: parts.environment })
    const forget = passSignals(child, {
      isTerminal: (process.stdin as { isTTY?: boolean }).isTTY === true,
      say: () => remark(command, waiting(parts, command)),
    })
    const end = await child.ended.finally(forget)
    const trace = traceOf(parts, { argv, began, end, secrets: command.secrets ?? [] })
    remark(command, `\n${traceText(trace, paintFor(own.stderr))}`)
    await outputs.write(trace)
    own.exitCode = exitCodeOf(end)
  } finally {
    parts.close()
  }
}

function waiting({ recording, places }: TraceParts, { process: { stderr } }: CommandLine): string {
  const nowMs = recording.now()
  const ends = recording.requests().filter(({ outcome }) => outcome !== 'open')
  const last = ends.reduce((latest, request) => Math.max(latest, endOf(request, nowMs)), -1)
  const idle = last < 0 ? {} : { idleSinceMs: last }
  return traceWaitingText({ open: recording.open(), nowMs, places: places(), ...idle }, paintFor(stderr))
}

interface Signals {
  /** At a terminal Ctrl-C goes to the command as well, and once is what it should see. */
  readonly isTerminal: boolean
  /** Says what the command waits for. */
  readonly say: () => void
}

/** SIGINT and SIGTERM are the command's affair, the second time modgate's; SIGQUIT is a question. Returns their end. */
function passSignals(child: Child, { isTerminal, say }: Signals): () => void {
  let asked = 0
  const stop = (name: 'SIGINT' | 'SIGTERM') => () => {
    asked++
    if (asked > 1) {
      child.signal('SIGKILL')
      process.exit(exitCodeOf({ signal: name }))
    }
    say()
    if (name === 'SIGTERM' || !isTerminal) child.signal(name)
  }
  const listeners = [
    ['SIGINT', stop('SIGINT')],
    ['SIGTERM', stop('SIGTERM')],
    ['SIGHUP', () => child.signal('SIGHUP')],
    ['SIGQUIT', say],
  ] as const
  for (const [name, listener] of listeners) process.on(name, listener)
  return () => listeners.forEach(([name, listener]) => process.off(name, listener))
}

interface Run {
  readonly argv: readonly string[]
  readonly began: number
  readonly end: ChildEnd
  readonly secrets: readonly string[]
}

/** The trace, without anything secret: it is a file that people send to each other. */
function traceOf({ recording, places, unseen }: TraceParts, { argv, began, end, secrets }: Run): Trace {
  const requests = recording.requests()
  const trace: Trace = {
    format: traceFormat,
    modgate: modgateVersion(),
    began,
    command: argv,
    totalMs: Math.round(recording.now() * 100) / 100,
    exit: end,
    ...{ places: [...places()], unseen: unseen(requests), requests, omitted: recording.omitted() },
  }
  return hideSecretsIn(trace, secrets)
}
