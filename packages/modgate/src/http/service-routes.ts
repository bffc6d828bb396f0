/** What the gate says about itself: health, readiness, version, metrics. */

import { bytesBody, type Body } from '../core/body.ts'
import { indexLines, indexPath, type Index } from './index-route.ts'

export interface ServiceAnswer {
  readonly status: number
  readonly type: string
  readonly body: Body & { readonly size: number }
}

/** One thing that a ready gate needs; undefined when it is there, else what is wrong, in words. */
export interface ReadinessCheck {
  readonly name: string
  readonly check: () => Promise<string | undefined>
}

export interface ServiceFacts {
  readonly version: string
  readonly checks: readonly ReadinessCheck[]
  metrics(): Promise<{ readonly type: string; readonly text: string }>
  /** Records of what the gate serves; absent where it has no log. */
  readonly index?: Index
}

/** The answer to a service path, or undefined where the path is none. */
export async function serviceRoute(
  path: string,
  query: string,
  facts: ServiceFacts,
): Promise<ServiceAnswer | undefined> {
  switch (path) {
    case indexPath:
      return facts.index && text(200, await indexLines(query, facts.index))
    case '/healthz':
      return text(200, 'ok\n')
    case '/readyz':
      return readiness(facts.checks)
    case '/version':
      return json(200, { name: 'modgate', version: facts.version, node: process.versions.node })
    case '/metrics': {
      const metrics = await facts.metrics()
      return { status: 200, type: metrics.type, body: bytesBody(Buffer.from(metrics.text)) }
    }
    default:
      return undefined
  }
}

async function readiness(checks: readonly ReadinessCheck[]): Promise<ServiceAnswer> {
  const results = await Promise.all(
    checks.map(async ({ name, check }) => {
      const problem = await check().catch((error: unknown) => String(error))
      return problem === undefined ? { name, ready: true } : { name, ready: false, problem }
    }),
  )
  const ready = results.every((result) => result.ready)
  return json(ready ? 200 : 503, { ready, checks: results })
}

const text = (status: number, content: string): ServiceAnswer => ({
  status,
  type: 'text/plain; charset=UTF-8',
  body: bytesBody(Buffer.from(content)),
})

export const json = (status: number, value: unknown): ServiceAnswer => ({
  status,
  type: 'application/json',
  body: bytesBody(Buffer.from(`${JSON.stringify(value)}\n`)),
})
