/** `modgate explain FILE` and `modgate explain -`: what went wrong in a build log */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import { knownErrors } from '../inspect/catalogue/index.ts'
import { logBytes, logReader, type LogReport } from '../inspect/log/index.ts'
import { logJSON } from '../report/log-json.ts'
import { logText } from '../report/log-text.ts'
import { print, remark, type CommandLine } from './context.ts'
import type { ExplainFlags } from './explain-flags.ts'
import { progress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'
import { modgateVersion } from './version-number.ts'

interface Input {
  /** As messages call it. */
  readonly name: string
  readonly stream: Readable
  /** 0 where it is not known. */
  readonly bytes: number
}

interface Reading {
  readonly report: LogReport
  /** Why it ended before the log did. */
  readonly brokenOff?: Failure
  readonly interrupted: boolean
}

/** Prints the known failures of a log, the first cause first. `target` is a path, or `-` for standard input. */
export async function explainLog(command: CommandLine, flags: ExplainFlags, target: string): Promise<void> {
  const input = target === '-' ? standardInput(command) : await fileInput(command, target)
  const { report, brokenOff, interrupted } = await read(command, input)
  if (brokenOff && report.bytes === 0) throw brokenOff
  const isWhole = !brokenOff && !interrupted
  print(command, await formed(command, { report, name: input.name, isWhole }, flags))
  if (brokenOff)
    remark(
      command,
      `modgate: ${input.name}: ${brokenOff.why}: this is what stands before that\n  next: ${brokenOff.next}`,
    )
  if (interrupted)
    remark(
      command,
      `modgate: interrupted: this is what ${report.lines === 1 ? 'the first line says' : `the first ${counted(report.lines, 'line')} say`}`,
    )
  command.process.exitCode = interrupted ? 130 : hasFailed(report) ? 1 : brokenOff ? 2 : 0
}

interface ReadLog {
  readonly report: LogReport
  readonly name: string
  readonly isWhole: boolean
}

async function formed(command: CommandLine, { report, name, isWhole }: ReadLog, { json, format }: ExplainFlags) {
  const form = format ?? (json ? 'json' : 'text')
  if (form === 'json') return logJSON(report, name, isWhole)
  if (form === 'text') return logText(report, { name, stream: command.process.stdout })
  const { logMarkdown } = await import('../report/log-markdown.ts')
  return logMarkdown(report, { name, version: modgateVersion() })
}

function hasFailed({ roots, unknown, traps }: LogReport): boolean {
  return roots.length > 0 || unknown.length > 0 || traps.some(({ severity }) => severity === 'problem')
}

async function read(command: CommandLine, { name, stream, bytes }: Input): Promise<Reading> {
  const reader = logReader(knownErrors)
  const shown = progress(command.process, `reading ${name}`, bytes, '')
  const stop = stopSignal(process)
  const state = { interrupted: false }
  let brokenOff: Failure | undefined
  void stop.asked.then(() => {
    state.interrupted = true
    stream.destroy()
  })
  try {
    const watched = counting(stream as AsyncIterable<Uint8Array>, (count) => shown.done(count))
    for await (const piece of logBytes(watched, { name })) reader.write(piece)
  } catch (error) {
    // A stream that was destroyed says that it closed too early.
    if (!state.interrupted) brokenOff = error instanceof Failure ? error : unreadable(name, error)
  } finally {
    stop.forget()
    shown.end()
  }
  return { report: reader.end(), interrupted: state.interrupted, ...(brokenOff && { brokenOff }) }
}

async function* counting(
  pieces: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    count(piece.length)
    yield piece
  }
}

function standardInput(command: CommandLine): Input {
  if (process.stdin.isTTY) remark(command, 'modgate: reading standard input; paste a log and end it with Ctrl-D')
  return { name: 'standard input', stream: process.stdin, bytes: 0 }
}

async function fileInput({ machine }: CommandLine, target: string): Promise<Input> {
  const file = path.resolve(machine.cwd, target)
  try {
    const facts = await stat(file)
    if (facts.isDirectory()) throw problem(target, 'this is a directory', `name a file in it: ls ${target}`)
    return { name: target, stream: createReadStream(file, { highWaterMark: 256 * 1024 }), bytes: facts.size }
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(target, error)
  }
}

function unreadable(name: string, error: unknown): Failure {
  const { code } = error as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EACCES: 'it may not be read',
    EISDIR: 'this is a directory',
  }
  return problem(
    name,
    reasons[code ?? ''] ?? `it cannot be read (${code ?? String(error)})`,
    'name a log file, or - for standard input',
  )
}

function problem(name: string, why: string, next: string): Failure {
  return new Failure('configuration', { asked: `explain ${name}`, who: 'modgate', why, next })
}
