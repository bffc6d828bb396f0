/** What a command waits for at this moment: the answer to "it hangs". */

import { counted } from '../core/counted.ts'
import type { Note } from '../trace/recording.ts'
import type { TracedPlace } from '../trace/trace.ts'
import { type Paint } from './findings-paint.ts'
import { sizeInWords } from './size-in-words.ts'
import { durationInWords as words, requestAtPlace } from './trace-words.ts'

const most = 20

export interface Waiting {
  /** Under way, oldest first. */
  readonly open: readonly Note[]
  /** Milliseconds since the recording began, as the notes have them. */
  readonly nowMs: number
  readonly places: readonly TracedPlace[]
  /** When the last request ended; undefined where none has. */
  readonly idleSinceMs?: number
}

/** A line for each request that is open, without a final line end. */
export function traceWaitingText({ open, nowMs, places, idleSinceMs }: Waiting, paint: Paint): string {
  const head = paint('heading', `modgate trace: after ${words(nowMs)} it waits for`)
  if (open.length === 0) {
    const since =
      idleSinceMs === undefined ? 'none came so far' : `the last one ended ${words(nowMs - idleSinceMs)} ago`
    return `${head} no request (${since}): it computes, or asks somebody who is not seen`
  }
  const lines = open.slice(0, most).map((note) => `  ${waitingWords(note, nowMs, places)}`)
  const rest = open.length > most ? [`  and ${open.length - most} more`] : []
  return [`${head} ${counted(open.length, 'request')}:`, ...lines, ...rest].join('\n')
}

function waitingWords(note: Note, nowMs: number, places: readonly TracedPlace[]): string {
  return `${words(nowMs - note.startMs).padStart(8)}  ${requestAtPlace(note, places)}: ${stateOf(note, nowMs)}`
}

function stateOf(note: Note, nowMs: number): string {
  const silent = words(nowMs - note.lastByteMs)
  switch (note.phase) {
    case 'bodyMs':
      return `${sizeInWords(note.bytes)} came, nothing more for ${silent}`
    case 'firstByteMs':
      return `sent ${words(nowMs - note.phaseFromMs)} ago, no answer yet`
    default:
      return `no connection yet, for ${silent}`
  }
}
