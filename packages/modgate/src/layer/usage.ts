/** When an entry was last asked for: eviction decides by it. Noted in memory, written behind everybody's back. */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Clock, Layer, ModuleVersion } from '../core/ports.ts'
import type { FactsBook } from '../store/entry-facts.ts'

export interface UsageOptions {
  readonly facts: Pick<FactsBook, 'touch'>
  readonly clock: Pick<Clock, 'now'>
}

export interface Usage extends Layer {
  /** Writes what was noted since the last time. Never rejects: usage that is lost costs an eviction too early, nothing else. */
  readonly flush: () => Promise<void>
}

/** An entry's time is written at most once in so many milliseconds: nobody evicts by the minute. */
const resolutionMs = 60 * 60 * 1000
const rememberedEntries = 100_000
const writtenAtOnce = 16

export function usage({ facts, clock }: UsageOptions): Usage {
  // Requests that come often are the same object, so noting one costs next to nothing.
  let asked = new Set<ModuleRequest>()
  const written = new Map<string, number>()

  const layer: Layer = (next) => ({
    get(request, context) {
      if ('version' in request && asked.size < rememberedEntries) asked.add(request)
      return next.get(request, context)
    },
  })

  async function flush(): Promise<void> {
    const due = dueEntries(asked, written, clock.now())
    asked = new Set()
    for (let i = 0; i < due.length; i += writtenAtOnce) {
      await Promise.all(due.slice(i, i + writtenAtOnce).map((module) => facts.touch(module).catch(() => undefined)))
    }
  }

  return Object.assign(layer, { flush })
}

function dueEntries(asked: Iterable<ModuleRequest>, written: Map<string, number>, now: number): ModuleVersion[] {
  const due: ModuleVersion[] = []
  for (const request of asked) {
    if (!('version' in request)) continue
    const { path, version } = request
    const key = `${path}@${version}`
    if (now - (written.get(key) ?? -Infinity) < resolutionMs) continue
    written.delete(key)
    written.set(key, now)
    if (written.size > rememberedEntries) written.delete(written.keys().next().value!)
    due.push({ path, version })
  }
  return due
}
