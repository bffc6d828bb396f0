/**
 * Verified or absent: the only place where bytes of an upstream become an entry of the store.
 *
 * A mod or zip is kept only with the hash that the checksum database recorded, or, for a private module, with the hash of its
 * first sight. Other answers have no hash; their form is checked. See layer/landing.ts for how zips land.
 */

import { createHash } from 'node:crypto'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { parseLax } from '@modgate/gomod/modfile'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, readAll, type Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Clock, Content, Hasher, Layer, Spool, Store, Verified } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest } from '../source/describe.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { checkInfo, checkList, formLimits, invalid } from './answer-form.ts'
import { landZip } from './landing.ts'
import { check, expectation, firstSight, needsRecord, type TrustRules } from './trust.ts'

export interface VerifyOptions extends TrustRules {
  readonly store: Store
  readonly spool: Spool
  readonly hasher: Hasher
  readonly clock: Pick<Clock, 'now'>
  /** Called for content that was refused, and for bytes that were kept. */
  readonly report?: { readonly refused: (failure: Failure) => void; readonly kept: (bytes: number) => void }
}

/** A request for a file of an entry. */
export type FileRequest = Extract<ModuleRequest, { readonly version: string }>

/** A request whose answer ages. */
export type AnswerRequest = Exclude<ModuleRequest, FileRequest | { readonly kind: 'sumdb' }>

export function verify(options: VerifyOptions): Layer {
  return (next) => ({
    async get(request, context) {
      try {
        return await checked(options, request, context, () => next.get(request, context))
      } catch (error) {
        if (error instanceof Failure && error.kind === 'untrusted') options.report?.refused(error)
        throw error
      }
    },
  })
}

function checked(
  options: VerifyOptions,
  request: ModuleRequest,
  context: Context,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  switch (request.kind) {
    case 'sumdb':
      return fetch()
    case 'list':
    case 'latest':
    case 'query':
      return checkedAnswer(request, fetch)
    case 'info':
      return keptInfo(options, request, fetch)
    case 'mod':
      return keptMod(options, request, context, fetch)
    case 'zip':
      return landZip(options, request, context, fetch)
  }
}

async function checkedAnswer(request: AnswerRequest, fetch: () => Promise<Resource>): Promise<Resource> {
  const resource = await fetch()
  const bytes = await whole(request, resource)
  if (request.kind === 'list') checkList(request, bytes, resource.source)
  else checkInfo(request, bytes, resource.source)
  return { ...resource, body: bytesBody(bytes) }
}

async function keptInfo(
  options: VerifyOptions,
  request: FileRequest,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  const resource = await fetch()
  const bytes = await whole(request, resource)
  checkInfo(request, bytes, resource.source)
  return keepBytes(options, request, resource, bytes, { trust: 'answer', hash: infoHash(bytes) })
}

async function keptMod(
  options: VerifyOptions,
  request: FileRequest,
  context: Context,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  // Both at once: the record and the file are two trips to far away.
  const expected = expectation(options, request, 'mod', context)
  expected.catch(() => undefined)
  const resource = await fetch()
  const bytes = await whole(request, resource)
  const hash = hashGoMod(bytes)
  const rule = await expected
  check(rule, hash, describeRequest(request), resource.source)
  if (rule.trust !== 'record') checkGoMod(request, bytes, resource.source)
  return keepBytes(options, request, resource, bytes, { trust: rule.trust, hash })
}

/** A real go.mod has a few kilobytes; parsing hostile megabytes would hold up everybody. */
const parsedUpTo = 1 << 20

/**
 * Without a record nothing else would notice a login page here: the go command itself takes one for a go.mod.
 * Throws a Failure `upstream-invalid` or `upstream-too-large`.
 */
export function checkGoMod(request: ModuleRequest, bytes: Uint8Array, source: string): void {
  if (bytes.byteLength > parsedUpTo) throw tooLarge(request, source, parsedUpTo)
  const text = Buffer.from(bytes).toString()
  const bad = (cause?: unknown) => invalid(request, source, 'the answer is not a go.mod', text, cause)
  // To a lax parser a line of HTML is a directive of the future.
  if (text.trimStart().startsWith('<')) throw bad()
  try {
    parseLax('go.mod', bytes)
  } catch (cause) {
    throw bad(cause)
  }
}

/** `sha256:…` of an info, so that damage on disk is found; it has no h1. */
export function infoHash(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('base64')}`
}

async function whole(
  request: ModuleRequest & { kind: keyof typeof formLimits },
  resource: Resource,
): Promise<Uint8Array> {
  const limit = formLimits[request.kind]
  if ((resource.body.size ?? 0) > limit) {
    abandon(resource.body)
    throw tooLarge(request, resource.source, limit)
  }
  return readAll(resource.body, limit, () => tooLarge(request, resource.source, limit))
}

/** Lets go of an upstream's body that nobody wants: begun and left, so that its connection ends. */
export function abandon(body: Body): void {
  const chunks = body.read()[Symbol.asyncIterator]()
  void chunks
    .next()
    .then(() => chunks.return?.())
    .catch(() => undefined)
}

/** A body that is larger than the go command would take. */
export function tooLarge(request: ModuleRequest, source: string, limit: number): Failure {
  return new Failure('upstream-too-large', {
    asked: describeRequest(request),
    who: source,
    why: `the body has more than ${limit} bytes`,
  })
}

/** The mark of verified content. Nothing outside of this layer may put it on. */
export const verifiedContent = <T extends Content>(content: T): Verified<T> => content as Verified<T>

async function keepBytes(
  options: VerifyOptions,
  request: FileRequest,
  resource: Resource,
  bytes: Uint8Array,
  { trust, hash }: Pick<FileFacts, 'trust' | 'hash'>,
): Promise<Resource> {
  const facts = await noteFacts(options, request, { trust, hash, size: bytes.byteLength, source: resource.source })
  const stored = { ...resource, body: bytesBody(bytes), trust: facts.trust, etag: etagOf(facts) }
  if (await options.store.put(requestKey(request), verifiedContent(bytes))) options.report?.kept(bytes.byteLength)
  else if (request.kind === 'info') return firstKept(options, request, stored)
  return stored
}

/** Another gate on the same store was faster. An info has no hash that both had to meet, so its content is the one that counts. */
async function firstKept(options: VerifyOptions, request: FileRequest, ours: Resource): Promise<Resource> {
  const kept = await options.store.open(requestKey(request))
  if (!kept) return ours
  const bytes = await readAll(kept, formLimits.info, () => tooLarge(request, 'store', formLimits.info))
  const hash = infoHash(bytes)
  const written = (await options.facts.reread(request)).info
  if (written && written.hash !== hash) {
    await options.facts.replace(request, 'info', { ...written, hash, size: bytes.byteLength })
  }
  return { ...ours, body: bytesBody(bytes), etag: etagOf({ hash }) }
}

/**
 * Writes the facts of a file before the file itself. Facts of a file that is gone give way to what a record proves, and those of
 * an info to a new one. Where the first sight is all there is, it stays: throws a Failure `checksum-mismatch` for other content.
 */
export async function noteFacts(
  options: VerifyOptions,
  request: FileRequest,
  fresh: Omit<FileFacts, 'firstSeen'>,
): Promise<FileFacts> {
  const firstSeen = new Date(options.clock.now()).toISOString()
  const durable = !needsRecord(options, request.path)
  const known = await options.facts.add(request, request.kind, { ...fresh, firstSeen }, { durable })
  const same = known.hash === fresh.hash && known.size === fresh.size
  if (same && (known.trust === fresh.trust || fresh.trust !== 'record')) return known
  if (fresh.trust === 'first-seen' || fresh.trust === 'exempt') {
    const first = { trust: fresh.trust, h1: known.hash, authority: firstSight(known) }
    check(first, fresh.hash, describeRequest(request), fresh.source)
  }
  const facts = { ...fresh, firstSeen: known.firstSeen }
  await options.facts.replace(request, request.kind, facts, { durable })
  return facts
}

/** Entity tag of kept content: its hash. */
export function etagOf({ hash }: Pick<FileFacts, 'hash'>): string {
  return `"${hash}"`
}
