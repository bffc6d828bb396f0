/**
 * How a zip lands: the upstream's bytes go into a temporary file at full speed while clients follow it, all but its last bytes;
 * then its h1 decides. A zip without its end is no zip, so nobody holds anything usable before the answer is known.
 */

import type { Context } from '../core/context.ts'
import { asFailure, type Failure } from '../core/failure.ts'
import type { SpooledFile, SpoolFile } from '../core/ports.ts'
import { requestKey } from '../core/request-key.ts'
import type { Resource } from '../core/resource.ts'
import { describeRequest } from '../source/describe.ts'
import { formLimits } from './answer-form.ts'
import { check, expectation, type Expectation } from './trust.ts'
import { etagOf, noteFacts, tooLarge, verifiedContent, type FileRequest, type VerifyOptions } from './verify.ts'

/** Below this a client waits for the verdict, and a refusal is a clean answer with its reason; above it follows the file. */
export const followFrom = 4 << 20

export async function landZip(
  options: VerifyOptions,
  request: FileRequest,
  context: Context,
  fetch: () => Promise<Resource>,
): Promise<Resource> {
  const expected = expectation(options, request, 'zip', context)
  expected.catch(() => undefined)
  const resource = await fetch()
  const size = resource.body.size
  if (size !== undefined && size > formLimits.zip) throw tooLarge(request, resource.source, formLimits.zip)

  const file = await options.spool.create(size)
  const grown = Promise.withResolvers<'grown'>()
  const landed = land(options, request, resource, {
    file,
    expected,
    onBytes: (all) => all >= followFrom && grown.resolve('grown'),
  })
  const small = size !== undefined && size < followFrom
  const first = small
    ? await landed
    : await Promise.race([landed, size === undefined ? grown.promise : ('grown' as const)])
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

interface Landing {
  readonly file: SpoolFile
  readonly expected: Promise<Expectation>
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
      await file.write(chunk)
      if (file.written > formLimits.zip) throw tooLarge(request, resource.source, formLimits.zip)
      landing.onBytes(file.written)
    }
    spooled = await file.finish()
    return await admit(options, request, resource, { ...landing, spooled })
  } catch (error) {
    const failure = asFailure(error, describeRequest(request))
    if (spooled && failure.kind === 'untrusted') await keepEvidence(options, request, spooled, failure)
    await file.discard(failure)
    throw failure
  }
}

async function admit(
  options: VerifyOptions,
  request: FileRequest,
  resource: Resource,
  { file, expected, spooled }: Landing & { spooled: SpooledFile },
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
  })
  const key = requestKey(request)
  if (await options.store.put(key, verifiedContent(spooled))) options.report?.kept(spooled.size)
  const kept = await options.store.open(key)
  if (!kept) throw new Error(`${key} is not in the store after put`)
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
  const mod = (await options.facts.read(request)).mod
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
