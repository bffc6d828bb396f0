/** What the process itself uses, under the names that every Prometheus dashboard knows. */

import { readdirSync } from 'node:fs'
import { instruments } from './instruments.ts'
import { observed, type Metric } from './tally.ts'

/** Read when somebody asks, at the cost of a few system calls. */
export function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage()
  const fds = openFds()
  return [
    observed(instruments.residentMemory, process.memoryUsage.rss()),
    observed(instruments.cpuSeconds, (user + system) / 1e6),
    observed(instruments.startTime, performance.timeOrigin / 1000),
    ...(fds === undefined ? [] : [observed(instruments.openFds, fds)]),
  ]
}

function openFds(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
