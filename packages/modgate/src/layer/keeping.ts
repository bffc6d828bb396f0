/** What all ways into the store share: the facts that are written before a file, and the mark of content that may be kept. */

import { createHash } from 'node:crypto'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import type { Body } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Clock, Content, Hasher, Spool, Store, Verified } from '../core/ports.ts'
import { describeRequest } from '../source/describe.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { check, firstSight, needsRecord, type TrustRules } from './trust.ts'

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

/** The mark of verified content. Nothing outside of this layer may put it on. */
export const verifiedContent = <T extends Content>(content: T): Verified<T> => content as Verified<T>

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
  const { trust, hash, size, source } = fresh
  const facts = { trust, hash, size, source, firstSeen: known.firstSeen, ...askedBy(known) }
  await options.facts.replace(request, request.kind, facts, { durable })
  return facts
}

/** Who asked first, as part of facts; nothing where nobody did. */
export const askedBy = ({ client }: Pick<Context, 'client'>): Pick<FileFacts, 'client'> =>
  client === undefined ? {} : { client }

/** Entity tag of kept content: its hash. */
export function etagOf({ hash }: Pick<FileFacts, 'hash'>): string {
  return `"${hash}"`
}

/** `sha256:…` of an info, so that damage on disk is found; it has no h1. */
export function infoHash(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('base64')}`
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
