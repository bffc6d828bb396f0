/** Log lines: JSON for machines, one readable line for people. Nothing else in the product knows the library below. */

import { pino, type Logger as Pino } from 'pino'
import { lineSink, type LineSink } from './line-sink.ts'
import type { LogDestination } from './log-destination.ts'
import { prettyStream } from './pretty.ts'
import { redact, scrub, type Fields } from './redact.ts'

export type Level = 'debug' | 'info' | 'warn' | 'error'

export interface Logger {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  error(fields: Fields, message: string): void
  /** Writes fields as they are: for the line of each request, whose maker knows that it holds no secret. */
  raw(level: Level, fields: Fields, message: string): void
  /** A logger whose every line has these fields too. */
  child(fields: Fields): Logger
  /** Writes what is held back, before it returns. Never throws. */
  flush(): void
  /** Resolves when all lines are written: the end of an orderly shutdown. */
  drain(): Promise<void>
}

export interface LoggerOptions {
  readonly format: 'json' | 'pretty'
  readonly level: Level | 'silent'
  /** Default: standard output. */
  readonly destination?: LogDestination
  /** Colours in the pretty format. */
  readonly colour?: boolean
}

/**
 * A logger. Credentials in fields and messages are blanked. JSON lines to a descriptor are written in groups, at the latest after
 * 100 ms, on `flush`, and when the process exits.
 */
export function logger(options: LoggerOptions): Logger {
  return options.format === 'pretty' ? prettyLogger(options) : jsonLogger(options)
}

function prettyLogger({ level, destination = 1, colour = false }: LoggerOptions): Logger {
  const lines = pino({ ...form, level }, prettyStream(destination, colour))
  // People's terminals get nothing unchecked: there is no raw line.
  return logging(lines, immediate, (child) => (at, fields, message) => child[at](redact(fields), message))
}

function jsonLogger({ level, destination = 1 }: LoggerOptions): Logger {
  const sink = jsonSink(destination)
  const lines = pino({ ...form, level }, sink)
  return logging(lines, sink, (child) => rawLines(child, sink))
}

/** Pretty lines are written as they come. */
const immediate = { flushSync: () => undefined, drain: () => Promise.resolve() }

const form = {
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level: string) => ({ level }) },
} as const

function logging(
  lines: Pino,
  sink: Pick<LineSink, 'flushSync' | 'drain'>,
  raw: (lines: Pino) => Logger['raw'],
): Logger {
  const at = (level: Level) => (fields: Fields, message: string) => {
    if (lines.isLevelEnabled(level)) lines[level](redact(fields), scrub(message))
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    raw: raw(lines),
    child: (fields) => logging(lines.child(redact(fields)), sink, raw),
    flush: () => sink.flushSync(),
    drain: () => sink.drain(),
  }
}

/** The library's own form of a line, made with one native call: half of the cost, for the line that every request pays. */
function rawLines(lines: Pino, sink: LineSink): Logger['raw'] {
  const bound = JSON.stringify(lines.bindings()).slice(1, -1)
  const before = bound === '' ? '' : `${bound},`
  return (level, fields, message) => {
    if (!lines.isLevelEnabled(level)) return
    const own = JSON.stringify(fields).slice(1, -1)
    const time = new Date().toISOString()
    sink.write(
      `{"level":"${level}","time":"${time}",${before}${own === '' ? '' : `${own},`}"msg":${JSON.stringify(message)}}\n`,
    )
  }
}

/** A descriptor gets groups of lines; anything else gets each line as it comes. */
function jsonSink(destination: LogDestination): LineSink {
  if (typeof destination === 'number') return lineSink(destination)
  return { write: (line) => destination.write(line), flushSync: () => undefined, drain: () => Promise.resolve() }
}
