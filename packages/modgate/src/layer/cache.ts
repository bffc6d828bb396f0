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
import { check, expectation } from './trust.ts'
import { etagOf, infoHash, noteFacts, type FileRequest, type VerifyOptions } from './verify.ts'

export interface CacheOptions extends VerifyOptions {
  /** Fetch nothing, whatever is asked. */
  readonly offline: boolean
  readonly report?: VerifyOptions['report'] & { damaged(key: string, why: string): void }
}

/** Bodies up to this size are read at once, so that the memory layer can keep them. */
const inMemoryUpTo = 1 << 20

export function cache(options: CacheOptions): Layer {
  return (next) => ({
    async get(request, context) {
      if (!isFile(request)) return next.get(request, context)
      const kept = await open(options, request, context)
      if (kept) return kept
      if (options.offline || context.cachedOnly) throw notKept(options.offline, request)
      return next.get(request, context)
    },
  })
}

const isFile = (request: ModuleRequest): request is FileRequest =>
  request.kind === 'info' || request.kind === 'mod' || request.kind === 'zip'

/** The refusal of a gate that may not fetch. */
export function notKept(offline: boolean, request: ModuleRequest): Failure {
  const asked = describeRequest(request)
  return offline
    ? new Failure('offline', { asked, who: 'modgate --offline', why: 'not kept here, and this gate fetches nothing' })
    : new Failure('not-cached', { asked, who: 'modgate', why: 'not kept here, and the request allows no fetch' })
}

async function open(options: CacheOptions, request: FileRequest, context: Context): Promise<Resource | undefined> {
  const key = requestKey(request)
  const body = await options.store.open(key)
  if (!body) return undefined
  const small = body.size <= inMemoryUpTo
  const content: Body & { size: number } = small ? await inMemory(body) : body
  try {
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
    return undefined
  }
}

class Damage extends Error {}

async function inMemory(body: Body & { readonly size: number }): Promise<Body & { size: number }> {
  return bytesBody(await readAll(body, inMemoryUpTo, () => new Damage('grew while it was read')))
}

/** The facts of a kept file whose bytes still agree with them. Throws Damage where they do not. */
async function sound(
  options: CacheOptions,
  request: FileRequest,
  body: Body & { size: number },
  context: Context,
): Promise<FileFacts> {
  const facts = (await options.facts.read(request))[request.kind]
  if (!facts) return recovered(options, request, body, context)
  if (facts.size !== body.size) throw new Damage(`has ${body.size} bytes instead of ${facts.size}`)
  const hash = body.bytes && request.kind !== 'zip' ? hashOf(request.kind, body.bytes) : facts.hash
  if (hash !== facts.hash) throw new Damage(`has ${hash} instead of ${facts.hash}`)
  return facts
}

const hashOf = (kind: 'info' | 'mod', bytes: Uint8Array): string =>
  kind === 'mod' ? hashGoMod(bytes) : infoHash(bytes)

/** Facts for a file that has lost its own: verified as if it came from an upstream. */
async function recovered(
  options: CacheOptions,
  request: FileRequest,
  body: Body & { size: number },
  context: Context,
): Promise<FileFacts> {
  const fresh = { size: body.size, source: 'recovered from the store' }
  if (request.kind === 'info')
    return noteFacts(options, request, { ...fresh, trust: 'answer', hash: infoHash(body.bytes!) })
  const rule = await expectation(options, request, request.kind, context)
  const hash = request.kind === 'mod' ? hashGoMod(body.bytes!) : await zipHash(options, request, body)
  try {
    check(rule, hash, describeRequest(request), 'store')
  } catch (error) {
    throw new Damage((error as Error).message)
  }
  return noteFacts(options, request, { ...fresh, trust: rule.trust, hash })
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
