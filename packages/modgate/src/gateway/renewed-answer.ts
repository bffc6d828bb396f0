/** Answers that age, asked for anew on somebody's word that they have changed, and what has. */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import { readAll } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'

export type AgingRequest = Extract<ModuleRequest, { readonly kind: 'list' | 'latest' | 'query' }>

export interface RenewedAnswer {
  /** `list`, `latest` or the query. */
  readonly answer: string
  readonly changed: boolean
  /** In a few words: `v1.4.0`, `12 versions`. */
  readonly now?: string
  readonly before?: string
}

const maxBytes = 64 << 20

/** Undefined where there is no such answer, and was none. `source` is the whole gateway. Throws a Failure where it cannot be had. */
export async function renewedAnswer(
  request: AgingRequest,
  source: Source,
  context: Context,
): Promise<RenewedAnswer | undefined> {
  const before = await keptAnswer(request, source, context)
  const now = await freshText(request, source, plain(context)).catch(absent)
  if (now === undefined && before === undefined) return undefined
  return {
    answer: request.kind === 'query' ? request.query : request.kind,
    changed: now !== before,
    ...(now === undefined ? {} : { now: inWords(request, now) }),
    ...(before === undefined ? {} : { before: inWords(request, before) }),
  }
}

/** What is kept of an answer, without asking anybody; undefined where nothing is. */
export async function keptAnswer(request: AgingRequest, source: Source, context: Context): Promise<string | undefined> {
  const { body } = await source.get(request, { ...plain(context), cachedOnly: true }).catch(absentResource)
  return body && textOf(body)
}

/** A fetch that was under way already may have begun before the change: then it is asked for once more. */
async function freshText(request: AgingRequest, source: Source, context: Context): Promise<string> {
  const ask = () => source.get(request, { ...context, fresh: true })
  const first = await ask()
  return textOf((first.cache.collapsed === true ? await ask() : first).body)
}

const plain = ({ id, trace, signal, caller }: Context): Context => ({ id, trace, signal, caller, cachedOnly: false })

async function textOf(body: Parameters<typeof readAll>[0]): Promise<string> {
  return Buffer.from(await readAll(body, maxBytes, () => new Error('the answer is too long'))).toString()
}

function absent(error: unknown): undefined {
  if (!(error instanceof Failure) || !error.absent) throw error
}

function absentResource(error: unknown): { readonly body?: undefined } {
  absent(error)
  return {}
}

/** A list as the number of its versions, an info as its version. */
function inWords(request: AgingRequest, answer: string): string {
  if (request.kind !== 'list') return (JSON.parse(answer) as { Version: string }).Version
  const count = answer.split('\n').filter((line) => line.trim() !== '').length
  return counted(count, 'version')
}
