/** Colours of a report, and the text of others made fit for a terminal. */

import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

export type Tone = 'problem' | 'warning' | 'good' | 'note' | 'heading' | 'quiet'

/** A text in the colour of its tone, or as it is. */
export type Paint = (tone: Tone, text: string) => string

const formats = {
  problem: 'red',
  warning: 'yellow',
  good: 'green',
  note: 'cyan',
  heading: 'bold',
  quiet: 'dim',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>

/** Colours where the stream is a terminal that wants them (NO_COLOR, FORCE_COLOR); else none. */
export function paintFor(stream: Writable): Paint {
  return (tone, text) => styleText(formats[tone], text, { stream })
}

/** No colours. */
export const plainPaint: Paint = (_tone, text) => text

/** One line of graphic characters: a terminal obeys controls, and what turns the direction of writing deceives a reader. */
export function visible(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim()
}
