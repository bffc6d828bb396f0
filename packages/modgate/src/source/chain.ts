/** A GOPROXY list, walked as the go command walks it (https://go.dev/ref/mod#module-proxy). */

import type { ModuleRequest } from '@modgate/gomod/proxy'
import { asFailure, Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { describeRequest } from './describe.ts'

/** One entry of a list, and which of its failures lead to the next one: absence only (`,`), or any (`|`). */
export interface ChainLink {
  readonly source: Source
  readonly fallback: 'not-found' | 'any'
  /** It says of what is not there more than the others do: which repository was looked at. */
  readonly isOrigin?: boolean
}

/**
 * A source that asks one after the other. Ends with the first answer, or with the first failure that does not lead on; where all
 * led on, with the one that says most: a real trouble before "not there", so that an outage is never taken for absence.
 */
export function chain(links: readonly ChainLink[]): Source {
  return {
    async get(request, context) {
      let trouble: Failure | undefined
      let absence: Failure | undefined
      for (const { source, fallback, isOrigin = false } of links) {
        try {
          return await source.get(request, context)
        } catch (error) {
          // Who has given up asks nobody else, and its reason is no failure of a source.
          if (context.signal.aborted) throw error
          const failure = asFailure(error, describeRequest(request))
          if (failure.absent) absence = isOrigin ? failure : (absence ?? failure)
          else if (fallback === 'any') trouble ??= failure
          else throw failure
        }
      }
      throw trouble ?? absence ?? emptyList(request)
    },
  }
}

/** `off`: nothing may be asked. */
export const off: Source = {
  get: async (request) => {
    throw new Failure('disabled-by-off', {
      asked: describeRequest(request),
      who: 'modgate',
      why: 'the upstream list says off',
    })
  },
}

/** `direct` for whoever has no version control: a refusal. */
export const noDirect: Source = {
  get: async (request) => {
    throw new Failure('direct-unsupported', {
      asked: describeRequest(request),
      who: 'modgate',
      why: 'the list says direct, and nothing is fetched from version control here',
    })
  },
}

function emptyList(request: ModuleRequest): Failure {
  return new Failure('configuration', {
    asked: describeRequest(request),
    who: 'modgate',
    why: 'the upstream list is empty',
  })
}
