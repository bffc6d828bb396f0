/** What a gate says of itself to people and to `modgate onboard`: the page at `/`, and the same as data. */

import { bytesBody } from '../core/body.ts'
import { asFailure } from '../core/failure.ts'
import type { Clock } from '../core/ports.ts'
import type { ServeConfig } from '../config/index.ts'
import { urlForCaller } from '../http/caller-url.ts'
import type { Exchange } from '../http/exchange.ts'
import { json, type ServiceAnswer } from '../http/service-routes.ts'
import type { Offer, OfferedLog } from '../inspect/onboard/offer.ts'
import { withoutLog } from '../report/client-settings.ts'
import { logInWords } from '../report/log-in-words.ts'
import { frontPage } from '../web/front-page.ts'
import type { OpenLog } from './log-parts.ts'

export interface GatePagesOptions {
  readonly config: ServeConfig
  readonly version: string
  /** In words: store, upstream, database. */
  readonly facts: Readonly<Record<string, string>>
  /** How the gate's own log stands; undefined where it has none. */
  readonly standing: (() => Promise<OfferedLog>) | undefined
  /** How many findings of the origin watch stand, by kind; undefined while that is not known. */
  readonly originFindings?: () => Readonly<Record<string, number>> | undefined
}

/** By their paths. */
export type GatePages = ReadonlyMap<string, (exchange: Exchange) => Promise<ServiceAnswer>>

export function gatePages({ config, version, facts, standing, originFindings }: GatePagesOptions): GatePages {
  const urlOf = (exchange: Exchange) => config.publicUrl ?? urlForCaller(exchange, config)

  async function front(exchange: Exchange): Promise<ServiceAnswer> {
    const log = await standing?.()
    const words = log && { log: logInWords(log).join('; ') }
    // What strangers may not know, where there are strangers: where things are, and who is asked for them.
    const shown = config.access === 'open' ? { ...facts, ...originsInWords(originFindings?.()) } : {}
    const page = frontPage(
      { config, version, facts: { ...shown, ...words }, logKey: log?.key },
      urlOf(exchange),
      exchange.header('accept'),
    )
    return { status: 200, type: page.type, body: bytesBody(Buffer.from(page.text)) }
  }

  async function offer(exchange: Exchange): Promise<ServiceAnswer> {
    const log = await standing?.()
    const said: Offer = {
      ...{ product: 'modgate', version, url: urlOf(exchange) },
      ...withoutLog(config),
      ...(log && { log }),
    }
    return json(200, said)
  }

  return new Map([
    ['/', front],
    ['/-/onboard', offer],
  ])
}

/** Nothing where nothing was found. */
function originsInWords(findings: Readonly<Record<string, number>> = {}): Readonly<Record<string, string>> {
  const count = Object.values(findings).reduce((sum, each) => sum + each, 0)
  if (count === 0) return {}
  return {
    origins: `${count} ${count === 1 ? 'thing has' : 'things have'} changed at repositories: modgate cache origins lists them`,
  }
}

/** Looking reads the head and the guard, so that a page that many ask for looks at most once in so many milliseconds. */
const lookEveryMs = 1000

/** How a log stands. Never rejects: a log that cannot be read is one that signs nothing. */
export function logStanding({ log, key }: OpenLog, clock: Pick<Clock, 'now'>): () => Promise<OfferedLog> {
  let last: { readonly at: number; readonly answer: Promise<OfferedLog> } | undefined

  async function look(): Promise<OfferedLog> {
    const { name, verifier } = key
    try {
      const status = await log.status()
      const { why, next } = status.signs ? { why: '', next: '' } : status.closed
      return { name, key: verifier, size: status.size, ...(!status.signs && { closed: { why, next } }) }
    } catch (error) {
      const { why, next } = asFailure(error, name)
      return { name, key: verifier, size: 0, closed: { why: `it cannot be read: ${why}`, next } }
    }
  }

  return () => {
    const now = clock.now()
    if (!last || Math.abs(now - last.at) >= lookEveryMs) last = { at: now, answer: look() }
    return last.answer
  }
}
