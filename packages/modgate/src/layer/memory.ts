/** Small answers that never change, kept in memory: the least recently asked goes first. */

import type { Layer } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'

export interface MemoryOptions {
  /** Bytes of bodies in all. */
  readonly limit: number
  readonly report?: (bytes: number) => void
}

/** What an entry costs beside its body: key, headers, the record itself. */
const overhead = 512

export interface Memory extends Layer {
  /** Forgets all. */
  readonly clear: () => void
}

export function memory({ limit, report }: MemoryOptions): Memory {
  const kept = new Map<string, Resource>()
  let bytes = 0

  const keep = (key: string, resource: Resource) => {
    const size = resource.body.bytes?.byteLength
    if (size === undefined || resource.freshness !== undefined || size + overhead > limit / 4 || kept.has(key)) return
    kept.set(key, { ...resource, cache: { status: 'hit', detail: 'memory' } })
    bytes += size + overhead
    for (const [oldest, { body }] of kept) {
      if (bytes <= limit) break
      kept.delete(oldest)
      bytes -= body.bytes!.byteLength + overhead
    }
    report?.(bytes)
  }

  const clear = () => {
    kept.clear()
    bytes = 0
    report?.(bytes)
  }

  const layer: Layer = (next) => ({
    async get(request, context) {
      const key = requestKey(request)
      const hit = kept.get(key)
      if (hit) {
        // To the young end; Map keeps insertion order.
        kept.delete(key)
        kept.set(key, hit)
        return hit
      }
      const resource = await next.get(request, context)
      keep(key, resource)
      return resource
    },
  })

  return Object.assign(layer, { clear })
}
