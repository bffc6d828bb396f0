/**
 * How a zip lands: the upstream's bytes go into a temporary file at full speed while clients follow it, all but its last bytes;
 * then its h1 decides. A zip without its end is no zip, so nobody holds anything usable before the answer is known.
 */

import type { Context } from '../core/context.ts'
import { asFailure, Failure } from '../core/failure.ts'
import type { SpooledFile, SpoolFile } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest } from '../source/describe.ts'
import { formLimits } from './answer-form.ts'
import { check, expectation, type Expectation } from './trust.ts'
import {
  abandon,
  askedBy,
  etagOf,
  noteFacts,
  tooLarge,
  verifiedContent,
  type FileRequest,
  type VerifyOptions,
} from './keeping.ts'

/** Below this a client waits for the verdict, and a refusal is a clean answer with its reason; above it follows the file. */
export const followFrom = 4 << 20

export async function landZip(
  options: VerifyOptions,
  request: FileRequest,
  context: Context,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  // A thread takes longer to begin than a small zip takes to hash, and the fetch leaves time for it.
  options.hasher.prepare?.()
  const expected = expectation(options, request, 'zip', context)
  const believed: { refusal?: Error } = {}
  expected.catch((error: unknown) => (believed.refusal = asFailure(error, describeRequest(request))))
  const resource = await fetch()
  const size = resource.body.size
  const file = await spoolFor(options, request, resource)
  const grown = Promise.withResolvers<'grown'>()
  const landed = land(options, request, resource, {
    file,
    expected,
    refusal: () => believed.refusal,
    client: askedBy(context),
    onBytes: (all) => all >= followFrom && grown.resolve('grown'),
  })
  if (size !== undefined && size >= followFrom) grown.resolve('grown')
  // Nobody follows what no record could let in: without one the refusal comes with its reason, before any byte.
  const followed = Promise.all([grown.promise, expected]).then(
    () => 'grown' as const,
    () => landed,
  )
  const first = await Promise.race([landed, followed])
  if (first !== 'grown') return first
  return {
    ...resource,
    body: file.body,
    settled: landed.then(
      () => undefined,
      (error: unknown) => {
        const failure = asFailure(error, describeRequest(request))
        if (failure.kind === 'untrusted') options.report?.refused(failure)
        return failure
      },
    ),
  }
}

/** A temporary file for the body, which is let go where there cannot be one. */
async function spoolFor(options: VerifyOptions, request: FileRequest, { body, source }: Resource): Promise<SpoolFile> {
  try {
    if (body.size !== undefined && body.size > formLimits.zip) throw tooLarge(request, source, formLimits.zip)
    return await options.spool.create(body.size)
  } catch (error) {
    abandon(body)
    throw error
  }
}

interface Landing {
  readonly file: SpoolFile
  readonly expected: Promise<Expectation>
  /** Why there will be no expectation, once that is known. */
  refusal(): Error | undefined
  /** Who asked first. */
  readonly client: ReturnType<typeof askedBy>
  /** Called with the number of bytes that are there. */
  onBytes(all: number): void
}

async function land(
  options: VerifyOptions,
  request: FileRequest,
  resource: Resource,
  landing: Landing,
): Promise<Resource> {
  const { file } = landing
  let spooled: SpooledFile | undefined
  try {
    for await (const chunk of resource.body.read()) {
      const refusal = landing.refusal()
      if (refusal !== undefined) throw refusal
      await file.write(chunk)
      if (file.written > formLimits.zip) throw tooLarge(request, resource.source, formLimits.zip)
      landing.onBytes(file.written)
    }
    checkLength(request, resource, file.written)
    spooled = await file.finish()
    return await admit(options, request, resource, { ...landing, spooled })
  } catch (error) {
    const failure = asFailure(error, describeRequest(request))
    if (spooled && failure.kind === 'untrusted') await keepEvidence(options, request, spooled, failure)
    await file.discard(failure)
    throw failure
  }
}

/** Clients that follow were told the announced length; a body of another one is a fetch that failed, not a zip that lies. */
function checkLength(request: FileRequest, { body, source }: Resource, got: number): void {
  if (body.size === undefined || body.size === got) return
  const why = `the body has ${got} bytes, announced were ${body.size}`
  throw new Failure('upstream-truncated', { asked: describeRequest(request), who: source, why })
}

async function admit(
  options: VerifyOptions,
  request: FileRequest,
  resource: Resource,
  { file, expected, client, spooled }: Landing & { spooled: SpooledFile },
): Promise<Resource> {
  const { h1, goModH1 } = await options.hasher.zip(spooled, request)
  const rule = await expected
  check(rule, h1, describeRequest(request), resource.source)
  if (rule.trust !== 'record') await checkAgainstMod(options, request, resource.source, goModH1)
  const facts = await noteFacts(options, request, {
    trust: rule.trust,
    hash: h1,
    size: spooled.size,
    source: resource.source,
    ...client,
  })
  const key = requestKey(request)
  if (await options.store.put(key, verifiedContent(spooled))) options.report?.kept(spooled.size)
  const kept = await options.store.open(key)
  if (!kept) {
    const why = 'something that is no file stands in its place'
    throw new Failure('store-failed', { asked: key, who: 'store', why })
  }
  await file.release(kept)
  return { ...resource, body: kept, trust: facts.trust, etag: etagOf(facts) }
}

/** Without a record, mod and zip at least have to tell the same story: the go.mod inside is the one that was served. */
async function checkAgainstMod(
  options: VerifyOptions,
  request: FileRequest,
  source: string,
  goModH1: string | undefined,
) {
  const mod = (await options.facts.reread(request)).mod
  if (!mod || goModH1 === undefined) return
  check(
    { trust: mod.trust, h1: mod.hash, authority: `the go.mod first seen ${mod.firstSeen}` },
    goModH1,
    `${describeRequest(request)} go.mod`,
    source,
  )
}

async function keepEvidence(
  options: VerifyOptions,
  request: FileRequest,
  spooled: SpooledFile,
  failure: Failure,
): Promise<void> {
  // Full disks must not hide the verdict.
  await options.store.quarantine(requestKey(request), failure.message, spooled).catch(() => undefined)
}
