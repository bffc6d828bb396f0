/** The machine's own clock. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './ports.ts'

export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal, ref: false } : { ref: false }),
}
