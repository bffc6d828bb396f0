/** Which go.mod file asked for a module version: the first one that passed by and requires it. */

import { ErrorList } from '@modgate/gomod/modfile'
import { readSummary } from '@modgate/gomod/mvs'
import { gunzipSync } from 'node:zlib'

/** Larger files, and more requirements than these, do not tell a person anything any more. */
export const maxModBytes = 1 << 20
const maxRequirements = 1_000_000

export interface Requirements {
  /** Takes in a go.mod file of `name` (`PATH@VERSION`, or `go.mod`). What is no go.mod file requires nothing. */
  add(name: string, content: Uint8Array, encoding?: string): void
  /** Who was the first to require `PATH@VERSION`. */
  causeOf(module: string, version: string): string | undefined
}

export function requirements(): Requirements {
  const first = new Map<string, string>()
  return {
    add(name, content, encoding) {
      for (const { path, version } of required(content, encoding)) {
        const key = `${path}@${version}`
        if (!first.has(key) && first.size < maxRequirements) first.set(key, name)
      }
    },
    causeOf: (module, version) => first.get(`${module}@${version}`),
  }
}

function required(content: Uint8Array, encoding: string | undefined): ReturnType<typeof readSummary>['require'] {
  try {
    const plain = encoding === 'gzip' ? gunzipSync(content, { maxOutputLength: maxModBytes }) : content
    return readSummary(plain).require
  } catch (error) {
    if (error instanceof ErrorList || isZlib(error)) return []
    throw error
  }
}

const isZlib = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^(Z_|ERR_BUFFER_TOO_LARGE)/.test(error.code)
