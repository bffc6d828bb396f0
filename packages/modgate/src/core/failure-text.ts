/** A Failure as words: for the go command (short, plain), for a person, and for a program. */

import type { Failure } from './failure.ts'

/**
 * What the go command shows of a refusal: at most 8 lines and 648 bytes, nothing behind a blank line, graphic characters only. It
 * counts a tab more for each line behind the first.
 */
const maxLines = 8
const maxBytes = 648 - (maxLines - 1)
/** No field may push out the others: what is longer is cut. */
export const maxFieldBytes = 200

/**
 * The body of a refusal for a go client: what was asked, who refused, why, what to do next.
 * At most 8 lines and 648 bytes of UTF-8, ending in a newline (the limits of cmd/go, which drops text that breaks them).
 */
export function goText(failure: Failure, requestId: string): string {
  const asked = cut(clean(failure.asked), maxFieldBytes)
  const head = [
    `${label(failure)}: ${asked}: ${cut(clean(failure.why), maxFieldBytes)}`,
    `refused by: ${cut(clean(failure.who), maxFieldBytes)}`,
  ]
  const tail = [
    `next: ${cut(clean(failure.next), maxFieldBytes)}`,
    `modgate: ${failure.code} request ${cut(clean(requestId), maxFieldBytes)}`,
  ]
  const said = (failure.said ?? '')
    .split('\n')
    .map(clean)
    .filter((line) => line !== '')
  const spare = maxLines - head.length - tail.length
  const lines = [...head, ...said.slice(0, spare).map((line) => `said: ${line}`)]
  const end = `${tail.join('\n')}\n`
  return `${cut(lines.join('\n'), maxBytes - Buffer.byteLength(end) - 1)}\n${end}`
}

/** The same for a program: stable fields, `code` first. */
export function failureJSON(failure: Failure, requestId: string): Record<string, unknown> {
  const { code, kind, asked, who, why, next, said, retryAfterSeconds } = failure
  return { code, kind, status: failure.row.status, asked, who, why, next, said, retryAfterSeconds, requestId }
}

function label(failure: Failure): string {
  return failure.kind === 'not-found' ? 'not found' : failure.kind.replace('-', ' ')
}

/**
 * The go command drops a whole text that has one character which Go's unicode.IsGraphic does not know: controls, and what is
 * invisible or turns the direction of writing. A blank line would end it.
 */
function clean(line: string): string {
  return line.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+/gu, ' ').trim()
}

/** Cut to at most `bytes` bytes of UTF-8, never inside a character. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  const whole = Buffer.from(text)
    .subarray(0, Math.max(0, bytes - 3))
    .toString()
  return `${whole.replace(/\ufffd+$/, '')}…`
}
