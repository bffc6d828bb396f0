/** One readable line for each entry. */

import { createRequire } from 'node:module'
import type { DestinationStream } from 'pino'
import type { LogDestination } from './log-destination.ts'

type Pretty = typeof import('pino-pretty')

/** The fields that every entry has, shown by the library itself. */
const shown = new Set(['level', 'time', 'msg'])

/** The fields of a request's line that its sentence says already, or that only machines read. */
const said = new Set([
  ...shown,
  'method',
  'path',
  'status',
  'bytes',
  'ms',
  'cache',
  'trace',
  'endpoint',
  'module',
  'version',
  'client',
  'agent',
])

/** The library is loaded when somebody wants it: machines that read JSON do not pay for it. */
export function prettyStream(destination: LogDestination, colorize: boolean): DestinationStream {
  const pretty = createRequire(import.meta.url)('pino-pretty') as Pretty
  return pretty({
    colorize,
    sync: true,
    destination: destination as number | NodeJS.WritableStream,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: (entry) => plain(sentence(entry)),
  })
}

function sentence(entry: Record<string, unknown>): string {
  const { msg, method, path, status, bytes, ms, cache } = entry
  if (msg !== 'request') return [text(msg), ...pairs(entry, shown)].join(' ')
  const answer = `${text(status)} ${text(bytes)} B ${text(ms)} ms ${cache === undefined ? '' : text(cache)}`.trimEnd()
  return [`${text(method)} ${text(path)} ${answer}`, ...pairs(entry, said)].join(' ')
}

function pairs(entry: Record<string, unknown>, without: ReadonlySet<string>): string[] {
  return Object.entries(entry)
    .filter(([name]) => !without.has(name))
    .map(
      ([name, value]) =>
        `${name}=${value !== null && typeof value === 'object' ? JSON.stringify(value) : quoted(text(value))}`,
    )
}

function quoted(value: string): string {
  return value === '' || /[\s"=]/.test(value) ? JSON.stringify(value) : value
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Strangers' text must not move the cursor or change the colours of a terminal. */
function plain(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd')
}
