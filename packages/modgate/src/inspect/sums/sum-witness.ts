/** A checksum database as somebody who vouches for hashes, asked with suspicion: what it answers is proved, or it is not believed. */

import { matchPrefixPatterns, ModuleError } from '@modgate/gomod/module'
import { memoryOps, sumdbClient, SumdbError } from '@modgate/gomod/sumdb'
import { Failure } from '../../core/failure.ts'
import type { DatabaseRemote } from '../../source/database-remote.ts'
import type { Sum, SumModule } from './sum-module.ts'

/** What a witness says of one hash. */
export type Testimony =
  | { readonly kind: 'verified' }
  /** It has another hash, `h1`. */
  | { readonly kind: 'mismatch'; readonly h1: string }
  /** `missing`: it has none. `unreachable`: it cannot be asked. `untrusted`: it cannot be believed. `unasked`: it must not hear of it. */
  | { readonly kind: 'missing' | 'unreachable' | 'untrusted' | 'unasked'; readonly why: string }

export type TestimonyKind = Testimony['kind']

export interface Witness {
  /** The database's name and how it is reached, for words. */
  readonly name: string
  /** What it says of each of a module's sums, in their order. Never rejects for what a server answers. */
  testify(module: SumModule): Promise<readonly Testimony[]>
}

export interface WitnessOptions {
  readonly name: string
  /** `name+hash+key`. */
  readonly key: string
  readonly remote: DatabaseRemote
  /** GOPRIVATE grammar: paths that it must not hear of, and why not, for words. */
  readonly unasked: { readonly patterns: string; readonly why: string }
  /** The head that this machine has pinned: the database has to extend it. */
  readonly pinned?: string
}

/** So many questions without an answer, one after the other, and it is asked no more. */
const patience = 8

export function sumWitness({ name, key, remote, unasked, pinned }: WitnessOptions): Witness {
  const ops = memoryOps((path) => remote.read(path))
  const client = sumdbClient(key, ops)
  if (pinned !== undefined) ops.config.set(`${client.name}/latest`, Buffer.from(pinned))
  let inVain = 0
  let trouble: Testimony | undefined

  async function linesOf({ path, version }: SumModule): Promise<readonly string[] | Testimony> {
    try {
      const lines = await client.lookup(path, version)
      inVain = 0
      return lines
    } catch (error) {
      const testimony = refusal(error)
      if (testimony.kind === 'unreachable' && ++inVain >= patience) trouble ??= testimony
      return testimony
    }
  }

  return {
    name,
    async testify(module) {
      const answer = matchPrefixPatterns(unasked.patterns, module.path)
        ? ({ kind: 'unasked', why: unasked.why } as const)
        : (trouble ?? (await linesOf(module)))
      return module.sums.map((sum) => ('kind' in answer ? answer : compared(module, sum, answer)))
    },
  }
}

function compared({ path, version }: SumModule, { goMod, h1 }: Sum, lines: readonly string[]): Testimony {
  if (!h1.startsWith('h1:')) return { kind: 'unasked', why: 'it is no h1 hash' }
  const start = `${path} ${version}${goMod ? '/go.mod' : ''} `
  const recorded = lines.find((line) => line.startsWith(start))?.slice(start.length)
  if (recorded === undefined) return { kind: 'missing', why: 'its record has no such line' }
  return recorded === h1 ? { kind: 'verified' } : { kind: 'mismatch', h1: recorded }
}

/** Only a database that says so has no record; one that cannot be believed says nothing. */
function refusal(error: unknown): Exclude<Testimony, { readonly kind: 'verified' | 'mismatch' }> {
  if (error instanceof ModuleError) return { kind: 'missing', why: error.message }
  if (error instanceof Failure) {
    return error.code === 'no-record'
      ? { kind: 'missing', why: 'it has no record of this version' }
      : { kind: 'unreachable', why: error.why }
  }
  if (!(error instanceof SumdbError)) throw error
  const why = error.message.split('\n', 1)[0]!
  return { kind: error.kind === 'missing-line' ? 'missing' : 'untrusted', why }
}
