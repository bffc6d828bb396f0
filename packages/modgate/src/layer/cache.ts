/** Entries that are kept, answered from the store; what is damaged there is found, set aside, and fetched again. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, readAll, type Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Layer } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest, mediaTypes } from '../source/describe.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { codeOf, storeFailure } from '../store/store-failure.ts'
import { checkInfo, formLimits } from './answer-form.ts'
import { lasting } from './lasting.ts'
import { check, expectation, needsRecord } from './trust.ts'
import { checkGoMod } from './go-mod-form.ts'
import { etagOf, infoHash, noteFacts, type FileRequest, type VerifyOptions } from './keeping.ts'

export interface CacheOptions extends VerifyOptions {
  /** Fetch nothing, whatever is asked. */
  readonly offline: boolean
  readonly report?: VerifyOptions['report'] & { damaged(key: string, why: string): void }
}

/** Bodies up to this size are read at once, so that the memory layer can keep them. */
const inMemoryUpTo = 1 << 20

export function cache(options: CacheOptions): Layer {
  // Whoever asks while a file is being opened shares it: what is damaged is set aside once, and hashed once.
  const opening = new Map<string, Promise<Resource | Damage | undefined>>()
  const openOnce = (request: FileRequest, context: Context): Promise<Resource | Damage | undefined> => {
    const key = requestKey(request)
    const underway = opening.get(key)
    if (underway) return underway
    const opened = open(options, request, context).finally(() => opening.delete(key))
    opening.set(key, opened)
    return opened
  }
  return (next) => ({
    async get(request, context) {
      if (!isFile(request)) return next.get(request, context)
      const kept = await openOnce(request, context)
      const mayFetch = !options.offline && !context.cachedOnly
      const again = async () => (await next.get(request, context)).body
      if (kept && !(kept instanceof Damage)) {
        return mayFetch && !kept.body.bytes ? { ...kept, body: lasting(kept.body, again) } : kept
      }
      if (!mayFetch) throw notKept(options.offline, request, kept)
      const fresh = await next.get(request, context)
      return { ...fresh, body: lasting(fresh.body, again) }
    },
  })
}

const isFile = (request: ModuleRequest): request is FileRequest =>
  request.kind === 'info' || request.kind === 'mod' || request.kind === 'zip'

/** The refusal of a gate that may not fetch; `damage` is why it keeps no longer what it kept. */
export function notKept(offline: boolean, request: ModuleRequest, damage?: Error): Failure {
  const asked = describeRequest(request)
  const state = damage ? `what was kept here ${damage.message} and was set aside` : 'not kept here'
  return offline
    ? new Failure('offline', { asked, who: 'modgate --offline', why: `${state}, and this gate fetches nothing` })
    : new Failure('not-cached', { asked, who: 'modgate', why: `${state}, and the request allows no fetch` })
}

async function open(
  options: CacheOptions,
  request: FileRequest,
  context: Context,
): Promise<Resource | Damage | undefined> {
  const key = requestKey(request)
  try {
    const body = await options.store.open(key)
    const content = body && (await inMemory(request, body))
    if (!content) return undefined
    const facts = await sound(options, request, content, context)
    return {
      body: content,
      type: mediaTypes[request.kind],
      etag: etagOf(facts),
      trust: facts.trust,
      source: facts.source,
      cache: { status: 'hit', detail: 'store' },
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error
    await options.store.quarantine(key, error.message)
    options.report?.damaged(key, error.message)
    return error
  }
}

class Damage extends Error {}

type Kept = Body & { readonly size: number }

/** Infos, mods and small zips whole in memory; undefined where the file went away meanwhile. */
async function inMemory(request: FileRequest, body: Kept): Promise<Kept | undefined> {
  if (request.kind === 'zip' && body.size > inMemoryUpTo) return body
  const limit = formLimits[request.kind]
  const tooLarge = () => new Damage(`has more than ${limit} bytes`)
  try {
    return bytesBody(await readAll(body, limit, tooLarge))
  } catch (error) {
    if (error instanceof Damage) throw error
    const code = codeOf(error)
    if (code === 'ENOENT') return undefined
    if (code === 'EIO' || code === '') throw new Damage('cannot be read')
    throw storeFailure(requestKey(request), error)
  }
}

/** The facts of a kept file whose bytes still agree with them. Throws Damage where they do not. */
async function sound(options: CacheOptions, request: FileRequest, body: Kept, context: Context): Promise<FileFacts> {
  const known = (await options.facts.read(request))[request.kind]
  if (known && contradiction(known, request, body) === undefined) return believed(options, request, known, context)
  // What is remembered may be older than what another process has written since.
  const written = (await options.facts.reread(request))[request.kind]
  if (!written) return recovered(options, request, body, context)
  const why = contradiction(written, request, body)
  if (why !== undefined) throw new Damage(why)
  return believed(options, request, written, context)
}

function contradiction(facts: FileFacts, { kind }: FileRequest, { size, bytes }: Kept): string | undefined {
  if (facts.size !== size) return `has ${size} bytes instead of ${facts.size}`
  if (kind === 'zip' || !bytes) return undefined
  const hash = hashOf(kind, bytes)
  return hash === facts.hash ? undefined : `has ${hash} instead of ${facts.hash}`
}

const hashOf = (kind: 'info' | 'mod', bytes: Uint8Array): string =>
  kind === 'mod' ? hashGoMod(bytes) : infoHash(bytes)

/** What was let in without a record has to meet it, once the settings demand one. */
async function believed(
  options: CacheOptions,
  request: FileRequest,
  facts: FileFacts,
  context: Context,
): Promise<FileFacts> {
  if (request.kind === 'info' || facts.trust === 'record' || !needsRecord(options, request.path)) return facts
  const rule = await expectation(options, request, request.kind, context)
  refuseAsDamage(() => check(rule, facts.hash, describeRequest(request), 'store'))
  return noteFacts(options, request, { ...facts, trust: rule.trust })
}

/** Facts for a file that has lost its own: verified as if it came from an upstream. */
async function recovered(
  options: CacheOptions,
  request: FileRequest,
  body: Kept,
  context: Context,
): Promise<FileFacts> {
  const fresh = { size: body.size, source: 'recovered from the store' }
  if (request.kind === 'info') {
    refuseAsDamage(() => checkInfo(request, body.bytes!, 'store'))
    return noteFacts(options, request, { ...fresh, trust: 'answer', hash: infoHash(body.bytes!) })
  }
  const rule = await expectation(options, request, request.kind, context)
  if (request.kind === 'mod' && rule.trust !== 'record') refuseAsDamage(() => checkGoMod(request, body.bytes!, 'store'))
  const hash = request.kind === 'mod' ? hashGoMod(body.bytes!) : await zipHash(options, request, body)
  refuseAsDamage(() => check(rule, hash, describeRequest(request), 'store'))
  return noteFacts(options, request, { ...fresh, trust: rule.trust, hash })
}

function refuseAsDamage(checks: () => void): void {
  try {
    checks()
  } catch (error) {
    throw new Damage((error as Error).message)
  }
}

async function zipHash(options: CacheOptions, request: FileRequest, body: Body): Promise<string> {
  const file = await options.spool.create(body.size)
  try {
    for await (const chunk of body.read()) await file.write(chunk)
    const { h1 } = await options.hasher.zip(await file.finish(), request)
    return h1
  } catch (error) {
    if (error instanceof Failure && error.kind === 'untrusted') throw new Damage(error.message)
    throw error
  } finally {
    await file.discard(new Error('checked'))
  }
}
