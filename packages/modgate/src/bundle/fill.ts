/** Everything that is wanted, asked for: whoever is asked keeps it. What is kept already is not fetched again, so a run goes on where one ended. */

import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import { asFailure, type Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import type { FileRequest } from '../layer/keeping.ts'
import { describeRequest } from '../source/describe.ts'
import { upstream } from '../source/upstream.ts'
import type { Peer } from '../source/peer.ts'
import type { WantedModule } from './wanted.ts'

/** Who is to have it. Throws a Failure for what it does not get. */
export type Filler = (request: FileRequest) => Promise<Filled>

export interface Filled {
  /** It was kept before. */
  readonly present: boolean
  /** Bytes of the file, where they are known. */
  readonly bytes: number
}

export interface FillOptions {
  readonly fill: Filler
  /** Module versions at once. */
  readonly width: number
  /** Ends it with the reason; what has come by then is kept. */
  readonly signal?: AbortSignal
  /** Called when all of a module version has been asked for, with its bytes. */
  readonly onModule?: (bytes: number) => void
}

export interface Filling {
  modules: number
  /** Files that were fetched, and their bytes. */
  fetched: number
  bytes: number
  /** Files that were kept before. */
  present: number
  readonly failed: Failure[]
}

/** Fills it. What fails is told in the result; a store that cannot be written ends it. */
export async function fillModules(modules: readonly WantedModule[], options: FillOptions): Promise<Filling> {
  const result: Filling = { modules: modules.length, fetched: 0, bytes: 0, present: 0, failed: [] }
  await eachOf(modules, options.width, async (module) => {
    let bytes = 0
    for (const request of requestsOf(module)) {
      options.signal?.throwIfAborted()
      const filled = await filledOr(options, request, result.failed)
      // A version that is not there at all is told once.
      if (!filled) break
      bytes += filled.bytes
      if (filled.present) result.present++
      else {
        result.fetched++
        result.bytes += filled.bytes
      }
    }
    options.onModule?.(bytes)
  })
  return result
}

/** The go.mod first: where there is no record, the one in the zip has to equal it. */
export function requestsOf({ path, version, zip }: WantedModule): readonly FileRequest[] {
  const kinds = zip ? (['mod', 'info', 'zip'] as const) : (['mod'] as const)
  return kinds.map((kind) => ({ kind, path, version }))
}

async function filledOr(
  { fill, signal }: FillOptions,
  request: FileRequest,
  failed: Failure[],
): Promise<Filled | undefined> {
  try {
    return await fill(request)
  } catch (error) {
    signal?.throwIfAborted()
    const failure = asFailure(error, describeRequest(request))
    if (failure.kind === 'internal') throw failure
    failed.push(failure)
    return undefined
  }
}

/** A gate in this process: what it answers it has verified and kept. */
export function sourceFiller(source: Source, context: Context): Filler {
  return async (request) => {
    const { body, cache, settled } = await source.get(request, context)
    const failure = await settled
    if (failure) throw failure
    return { present: cache.status === 'hit', bytes: body.size ?? 0 }
  }
}

/**
 * A gate elsewhere. Each body is read to its end, which a gate sends when it has verified and kept it: that is the only way to know from
 * outside.
 */
export function gateFiller(base: URL, peer: Pick<Peer, 'get'>, context: Context): Filler {
  return async (request) => {
    let present = false
    const asking: Pick<Peer, 'get'> = {
      async get(url, signal) {
        const answer = await peer.get(url, signal)
        present = /^modgate; hit\b/.test(String(answer.headers['cache-status']))
        return answer
      },
    }
    const { body } = await upstream(base, asking).get(request, context)
    let bytes = 0
    for await (const chunk of body.read()) bytes += chunk.byteLength
    return { present, bytes }
  }
}
