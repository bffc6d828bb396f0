/**
 * Verified or absent: the only place where bytes of an upstream become an entry of the store.
 *
 * A mod or zip is kept only with the hash that the checksum database recorded, or, for a private module, with the hash of its
 * first sight. Other answers have no hash; their form is checked. See layer/landing.ts for how zips land.
 */

import { hashGoMod } from '@modgate/gomod/dirhash'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { bytesBody, readAll } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Layer } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest } from '../source/describe.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { checkInfo, checkList, formLimits } from './answer-form.ts'
import { checkGoMod } from './go-mod-form.ts'
import {
  abandon,
  askedBy,
  etagOf,
  infoHash,
  noteFacts,
  tooLarge,
  verifiedContent,
  type AnswerRequest,
  type FileRequest,
  type VerifyOptions,
} from './keeping.ts'
import { landZip } from './landing.ts'
import { check, expectation } from './trust.ts'

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
      return keptInfo(options, request, context, fetch)
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
  context: Context,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  const resource = await fetch()
  const bytes = await whole(request, resource)
  checkInfo(request, bytes, resource.source)
  return keepBytes(options, request, resource, bytes, { trust: 'answer', hash: infoHash(bytes), ...askedBy(context) })
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
  return keepBytes(options, request, resource, bytes, { trust: rule.trust, hash, ...askedBy(context) })
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

async function keepBytes(
  options: VerifyOptions,
  request: FileRequest,
  resource: Resource,
  bytes: Uint8Array,
  known: Pick<FileFacts, 'trust' | 'hash' | 'client'>,
): Promise<Resource> {
  const facts = await noteFacts(options, request, { ...known, size: bytes.byteLength, source: resource.source })
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
