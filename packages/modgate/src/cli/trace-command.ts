/** A command run before the recorder: its end, its signals, and what is said of it afterwards. */

import { Failure } from '../core/failure.ts'
import { hideSecretsIn } from '../core/secrets.ts'
import { paintFor } from '../report/findings-paint.ts'
import { traceText } from '../report/trace-text.ts'
import { traceWaitingText } from '../report/trace-waiting-text.ts'
import { endOf, traceFormat, type Trace } from '../trace/trace.ts'
import { remark, type CommandLine } from './context.ts'
import { failureText } from './report-failure.ts'
import { exitCodeOf, exitCodeOfStart, startChild, type Child, type ChildEnd, type ChildOptions } from './trace-child.ts'
import { openOutputs, type RunFlags } from './trace-outputs.ts'
import { traceParts, type TraceParts } from './trace-parts.ts'
import { modgateVersion } from './version-number.ts'

/** Runs it to its end. The exit code of the command becomes that of modgate, as a shell would have it: 126 or 127 where it cannot be run. */
export async function traceCommand(command: CommandLine, argv: readonly string[], flags: RunFlags): Promise<void> {
  const { machine, process: own } = command
  const outputs = await openOutputs(command, flags)
  const parts = await traceParts(machine, { https: flags.https ?? false })
  try {
    const began = Date.now() - parts.recording.now()
    const { promise: started, resolve } = Promise.withResolvers<Child>()
    // Before the command is there: it may have said that it is ready, and be interrupted, before we hear of its start.
    const forget = passSignals(started, {
      isTerminal: (process.stdin as { isTTY?: boolean }).isTTY === true,
      say: () => remark(command, waiting(parts, command)),
    })
    const end = await runToEnd(argv, { cwd: machine.cwd, environment: parts.environment }, resolve).finally(forget)
    if (end instanceof Failure) {
      failToStart(command, end)
      return
    }
    const trace = traceOf(parts, { argv, began, end, secrets: command.secrets ?? [] })
    remark(command, `\n${traceText(trace, paintFor(own.stderr))}`)
    await outputs.write(trace)
    own.exitCode = exitCodeOf(end)
  } finally {
    parts.close()
  }
}

function failToStart(command: CommandLine, failure: Failure): void {
  const debug = command.machine.environment['MODGATE_DEBUG'] === '1'
  remark(command, failureText(failure, { stream: command.process.stderr, debug }))
  command.process.exitCode = exitCodeOfStart(failure)
}

async function runToEnd(
  argv: readonly string[],
  options: ChildOptions,
  started: (child: Child) => void,
): Promise<ChildEnd | Failure> {
  const child = await startChild(argv, options)
  if (child instanceof Failure) return child
  started(child)
  return child.ended
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
function passSignals(started: Promise<Child>, { isTerminal, say }: Signals): () => void {
  let asked = 0
  const pass = async (name: NodeJS.Signals) => (await started).signal(name)
  const stop = (name: 'SIGINT' | 'SIGTERM') => () => {
    asked++
    if (asked > 1) void pass('SIGKILL').then(() => process.exit(exitCodeOf({ signal: name })))
    if (asked > 1) return
    say()
    if (name === 'SIGTERM' || !isTerminal) void pass(name)
  }
  const listeners = [
    ['SIGINT', stop('SIGINT')],
    ['SIGTERM', stop('SIGTERM')],
    ['SIGHUP', () => void pass('SIGHUP')],
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
