/** How far a long command has come: one line that is written over and over, on a terminal only. */

import { counted } from '../core/counted.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import type { CommandLine } from './context.ts'

export interface Progress {
  /** So many bytes, or things, more are done. */
  done(more: number): void
  /** Takes the line away. */
  end(): void
}

/** Where people read, and what their environment says of it. */
export type Terminal = Pick<CommandLine['process'], 'stderr' | 'env'>

const width = 24
const everyMs = 100

/** Progress of a work of `total` things of a kind, 0 if that is not known, a few of which are done at a time. */
export function countProgress(terminal: Terminal, verb: string, total: number, noun: string): Progress {
  return progressLine(terminal, (count) =>
    total === 0
      ? `${verb} ${counted(count, noun)}`
      : `${verb} ${bar(count, total)} ${count} of ${counted(total, noun)}`,
  )
}

/** Progress of a work of `total` bytes, 0 if that is not known; `noun` is what comes done one by one, none if that says nothing. */
export function progress(terminal: Terminal, verb: string, total: number, noun = 'file'): Progress {
  return progressLine(terminal, (bytes, times) => {
    const known = total === 0 ? '' : ` ${bar(bytes, total)}`
    const whole = total === 0 ? '' : ` of ${sizeInWords(total)}`
    return `${verb}${known} ${sizeInWords(bytes)}${whole}${noun === '' ? '' : `, ${counted(times, noun)}`}`
  })
}

/**
 * Progress of `total` things that are carried, each with its bytes, the time left by how fast the things have gone so far: those that are
 * there already cost no time, and are told apart by nobody.
 */
export function transferProgress(terminal: Terminal, verb: string, total: number, noun: string): Progress {
  const started = performance.now()
  return progressLine(terminal, (bytes, count) => {
    const seconds = (performance.now() - started) / 1000
    const left = seconds < 1 || count === 0 ? '' : `, ${durationInWords((seconds / count) * (total - count))} left`
    const rate = seconds < 1 ? '' : ` (${sizeInWords(Math.round(bytes / seconds))}/s)`
    return `${verb} ${bar(count, total)} ${count} of ${counted(total, noun)}, ${sizeInWords(bytes)}${rate}${left}`
  })
}

/** `12 s`, `3 min`, `2 h`: rounded up. */
export function durationInWords(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 100) return `${whole} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}

/** How much of a whole is done, as a picture. */
export function bar(done: number, total: number): string {
  const part = Math.min(1, done / total)
  return `[${'#'.repeat(Math.round(part * width)).padEnd(width, '.')}]`
}

/** A terminal whose lines can be written over: TERM=dumb says that this one's cannot. */
export function isScreen({ stderr, env }: Terminal): boolean {
  return (stderr as { isTTY?: boolean }).isTTY === true && env['TERM'] !== 'dumb'
}

/** `words` makes the line of the sum of what is done, and of how often something was. */
export function progressLine(terminal: Terminal, words: (sum: number, times: number) => string): Progress {
  if (!isScreen(terminal)) return { done: () => undefined, end: () => undefined }
  let [sum, times] = [0, 0]
  let shownAt = -Infinity
  return {
    done(more) {
      sum += more
      times++
      const now = performance.now()
      if (now - shownAt < everyMs) return
      shownAt = now
      terminal.stderr.write(`\r\x1b[K${fitting(words(sum, times), terminal)}`)
    },
    end: () => void terminal.stderr.write('\r\x1b[K'),
  }
}

/** As much of a line as fits: what runs into the next one cannot be written over. */
function fitting(text: string, { stderr }: Terminal): string {
  // A terminal that does not know its own width says 0.
  const columns = (stderr as { columns?: number }).columns || 80
  return text.slice(0, Math.max(1, columns - 1))
}
