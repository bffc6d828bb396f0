/** Durations as Go writes them (time.ParseDuration), with days, which the settings of a cache need. */

import { written } from './written.ts'

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
type Unit = keyof typeof unitMs

/** The longest time that a timer of the runtime can wait is 2^31-1 ms, a little less than 25 days. */
const maxMs = 24 * unitMs.d

const whole = /^(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+$/
const part = /([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)/g

/** Milliseconds of `30s`, `1m30s`, `1.5h`, `0`. Throws where it is none or longer than a timer can wait. */
export function parseDuration(text: string): number {
  if (text === '0') return 0
  if (!whole.test(text)) throw new Error('is not a duration')
  let ms = 0
  for (const [, number, unit] of text.matchAll(part)) ms += Number(number) * unitMs[unit as Unit]
  if (ms > maxMs) throw new Error('is longer than 24d')
  return Math.round(ms)
}

/** The shortest writing of a duration: `90000` is `1m30s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  let rest = ms
  let text = ''
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const count = Math.floor(rest / unitMs[unit])
    if (count > 0) text += `${count}${unit}`
    rest -= count * unitMs[unit]
  }
  return text
}

/** A duration that may be nothing. */
export const duration = written('a duration', parseDuration)

/** How often something is done by itself; undefined for `off`. More often than each second would be all the time. */
export const every = written('a duration, or off', (text) => {
  if (text === 'off') return undefined
  const ms = parseDuration(text)
  if (ms < 1000) throw new Error('is shorter than 1s')
  return ms
})

/** A limit: no time at all would let nothing through. */
export const timeLimit = written('a duration', (text) => {
  const ms = parseDuration(text)
  if (ms === 0) throw new Error('would leave no time at all')
  return ms
})
