/** The machine's own clock. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from './ports.ts'

/** Its sleeps keep no process alive: for what goes on behind a server, which does that itself. */
export const systemClock: Clock = clock(false)

/** Its sleeps keep the process alive: for a command that has nothing but its own work, and would end in the middle of it. */
export const commandClock: Clock = clock(true)

function clock(ref: boolean): Clock {
  return {
    now: Date.now,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal, ref } : { ref }),
  }
}
