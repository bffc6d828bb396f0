/** Entries of a folder taken into the store, each file verified as if an upstream had just sent it. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import { asFailure, Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { cache } from '../layer/cache.ts'
import { needsRecord } from '../layer/trust.ts'
import type { FileRequest, VerifyOptions } from '../layer/keeping.ts'
import { verify } from '../layer/verify.ts'
import { describeRequest } from '../source/describe.ts'
import type { StoredEntry } from '../store/entries.ts'

export interface AdoptionOptions extends Omit<VerifyOptions, 'report'> {
  /** The folder, in GOPROXY file layout. */
  readonly folder: Source
  /** GOPRIVATE grammar: names that the folder's owner keeps from checksum databases. None is asked about them. */
  readonly unasked: string
  readonly context: Context
  /** Entries at once. */
  readonly width: number
  /** Called when a file is done. */
  readonly onFile?: (bytes: number) => void
}

export interface Adoption {
  adopted: number
  bytes: number
  /** Files that the store had already. */
  present: number
  readonly refused: Failure[]
}

/**
 * Takes in what can be verified. The folder is only read. What is refused is told in the result, and a refused zip is kept as evidence,
 * like one of an upstream.
 */
export async function adoptEntries(options: AdoptionOptions, entries: AsyncIterable<StoredEntry>): Promise<Adoption> {
  const result: Adoption = { adopted: 0, bytes: 0, present: 0, refused: [] }
  const verifying = cache({ ...options, offline: false })(verify(options)(options.folder))
  await eachOf(entries, options.width, async ({ path, version, files }) => {
    // The go.mod first: where there is no record, the one in the zip has to equal it.
    for (const kind of ['mod', 'info', 'zip'] as const) {
      const size = files[kind]
      if (size === undefined) continue
      options.context.signal.throwIfAborted()
      await adoptFile(options, verifying, { kind, path, version }, { size, result })
      options.onFile?.(size)
    }
  })
  return result
}

interface Counting {
  readonly size: number
  readonly result: Adoption
}

async function adoptFile(
  options: AdoptionOptions,
  verifying: Source,
  request: FileRequest,
  { size, result }: Counting,
): Promise<void> {
  try {
    refuseUnasked(options, request)
    const resource = await verifying.get(request, options.context)
    const failure = await resource.settled
    if (failure) throw failure
    if (resource.cache.status === 'hit') result.present++
    else {
      result.adopted++
      result.bytes += size
    }
  } catch (error) {
    options.context.signal.throwIfAborted()
    const failure = asFailure(error, describeRequest(request))
    // A store that cannot be written refuses everything: said once.
    if (failure.kind === 'internal') throw failure
    result.refused.push(failure)
  }
}

function refuseUnasked(options: AdoptionOptions, request: FileRequest): void {
  if (!matchPrefixPatterns(options.unasked, request.path) || !needsRecord(options, request.path)) return
  throw new Failure('private-at-database', {
    asked: describeRequest(request),
    who: `Go's settings here (${options.unasked})`,
    why: `the go command keeps this name from checksum databases, so ${options.records?.name} was not asked about it`,
    next: 'give --private or --no-verify for it',
  })
}
