/** Log lines: JSON for machines, one readable line for people. Nothing else in the product knows the library below. */

import { pino, type DestinationStream, type Logger as Pino } from 'pino'
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
}

/** Where lines go: a file descriptor, or anything that takes text. */
export type LogDestination = number | DestinationStream

export interface LoggerOptions {
  readonly format: 'json' | 'pretty'
  readonly level: Level | 'silent'
  /** Default: standard output. */
  readonly destination?: LogDestination
  /** Colours in the pretty format. */
  readonly colour?: boolean
}

/** Lines are held back until they fill a buffer of this many bytes, or until the time below is over. */
const heldBytes = 8192
const heldMilliseconds = 100

/**
 * A logger. Credentials in fields and messages are blanked. JSON lines to a descriptor are written in groups, at the latest after
 * 100 ms, on `flush`, and when the process exits.
 */
export function logger(options: LoggerOptions): Logger {
  const pretty = options.format === 'pretty'
  const sink = pretty
    ? prettyStream(options.destination ?? 1, options.colour ?? false)
    : jsonStream(options.destination ?? 1)
  const lines = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    sink,
  )
  return logging(lines, { flush: () => flushSink(sink), raw: pretty ? redact : (fields) => fields })
}

interface Sink {
  readonly flush: () => void
  /** What is done to fields that are written as they are: people's terminals get nothing unchecked. */
  readonly raw: (fields: Fields) => Fields
}

function logging(lines: Pino, sink: Sink): Logger {
  const at = (level: Level) => (fields: Fields, message: string) => {
    if (lines.isLevelEnabled(level)) lines[level](redact(fields), scrub(message))
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    raw: (level, fields, message) => lines[level](sink.raw(fields), message),
    child: (fields) => logging(lines.child(redact(fields)), sink),
    flush: sink.flush,
  }
}

/** A pipe whose reader has gone must not take the gate down with it: such lines are lost. */
function jsonStream(destination: LogDestination): DestinationStream {
  if (typeof destination !== 'number') return destination
  const stream = pino.destination({
    fd: destination,
    sync: false,
    minLength: heldBytes,
    periodicFlush: heldMilliseconds,
  })
  stream.on('error', () => undefined)
  return stream
}

function flushSink(sink: DestinationStream): void {
  if (!('flushSync' in sink) || typeof sink.flushSync !== 'function') return
  try {
    sink.flushSync()
  } catch {
    // The descriptor is gone; there is nobody left to tell.
  }
}
