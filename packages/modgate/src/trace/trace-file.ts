/** Trace files: JSON that another machine, or a later modgate, reads again. What is read is a stranger's until it has this form. */

import { z } from 'zod'
import { Failure } from '../core/failure.ts'
import { traceFormat, tracedKinds, type Trace } from './trace.ts'

/** Characters. The trace of a build with ten thousand requests has four million. */
const maxLength = 256 * 1024 * 1024

const ms = z.number().min(0)
const count = z.int().min(0)
const text = z.string().max(10_000)
const optional = <T extends z.ZodType>(type: T) => z.exactOptional(type)

const request = z.strictObject({
  id: count,
  place: count,
  path: text,
  kind: z.enum(tracedKinds),
  module: optional(text),
  version: optional(text),
  startMs: ms,
  phases: z.strictObject({
    queueMs: ms,
    dnsMs: optional(ms),
    connectMs: optional(ms),
    tlsMs: optional(ms),
    firstByteMs: optional(ms),
    bodyMs: optional(ms),
  }),
  again: optional(z.literal(true)),
  outcome: z.enum(['answered', 'failed', 'given-up', 'open']),
  status: optional(count),
  bytes: count,
  type: optional(text),
  connection: optional(count),
  reused: z.boolean(),
  redirects: optional(z.array(text)),
  trouble: optional(text),
  silence: optional(z.strictObject({ fromMs: ms, ms })),
  cause: optional(text),
})

const trace = z.object({
  format: z.literal(traceFormat),
  modgate: text,
  began: ms,
  command: z.array(text),
  totalMs: ms,
  exit: optional(z.union([z.strictObject({ code: z.int() }), z.strictObject({ signal: text })])),
  places: z.array(z.strictObject({ url: text, fallback: optional(z.enum(['not-found', 'any'])) })),
  unseen: z.array(text),
  requests: z.array(request),
  omitted: count,
})

/** Reads a trace file. `name` is for words. Throws a Failure `usage` for anything else. */
export function parseTrace(content: string, name: string): Trace {
  const refused = (why: string) =>
    new Failure('usage', { asked: name, who: 'modgate', why, next: 'give a file that modgate trace --json FILE wrote' })
  if (content.length > maxLength) throw refused('is larger than any trace')
  const data = parsed(content)
  if (data === undefined) throw refused('is no JSON')
  const found = trace.safeParse(data)
  if (!found.success) {
    const [issue] = found.error.issues
    throw refused(`is no trace: ${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')}`)
  }
  const { places, requests } = found.data
  if (requests.some(({ place }) => place >= places.length))
    throw refused('is no trace: a request names a place that is not there')
  return found.data
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}
