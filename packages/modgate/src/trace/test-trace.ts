/** Traces for tests. */

import { traceFormat, type Trace, type TracedRequest } from './trace.ts'

/** A request that was answered: from `startMs` on, 10 ms to its first byte and 5 of body, and what is said otherwise. */
export function testRequest(id: number, startMs: number, more: Partial<TracedRequest> = {}): TracedRequest {
  const [module, version] = [`m${id}.example/lib`, 'v1.0.0']
  return {
    ...{ id, place: 0, path: `/${module}/@v/${version}.mod`, kind: 'mod', module, version, startMs },
    ...{
      phases: { queueMs: 0, firstByteMs: 10, bodyMs: 5 },
      outcome: 'answered',
      status: 200,
      bytes: 100,
      reused: true,
    },
    ...{ connection: 0, type: 'text/plain' },
    ...more,
  }
}

/** A trace of these requests, that ended in order. */
export function testTrace(requests: readonly TracedRequest[], more: Partial<Trace> = {}): Trace {
  return {
    ...{
      format: traceFormat,
      modgate: '1.2.3',
      began: Date.UTC(2026, 0, 2, 3, 4, 5),
      command: ['go', 'build'],
      totalMs: 1000,
    },
    ...{ exit: { code: 0 }, places: [{ url: 'https://proxy.example', fallback: 'not-found' }], unseen: [], omitted: 0 },
    requests,
    ...more,
  }
}
