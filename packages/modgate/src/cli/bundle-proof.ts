/** What the commands that prove a bundle share: their flags, and whom they believe. */

import { NoteError, newVerifier } from '@modgate/gomod/note'
import type { CheckOptions } from '../bundle/bundle-check.ts'
import type { ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { readLogKey } from '../gateway/log/log-keys.ts'

export interface ProofFlags {
  readonly key?: readonly string[]
  readonly anySigner?: boolean
}

export const proofFlags = {
  key: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: true,
    placeholder: 'VERIFIER',
    brief:
      'Believe this signer and no other, as modgate log key prints it where the bundle was exported [the gate here]; repeatable',
  },
  anySigner: {
    kind: 'boolean',
    optional: true,
    withNegated: false,
    brief: 'Believe no signer: only what the checksum database proves',
  },
} as const

/** Whom to believe by flags and settings. Throws a Failure `usage` for a key that is none. */
export async function believed(
  config: ServeConfig,
  { key = [], anySigner = false }: ProofFlags,
): Promise<Pick<CheckOptions, 'signers' | 'anySigner' | 'database'>> {
  for (const each of key) assertVerifier(each)
  const own = config.log && key.length === 0 && !anySigner ? await readLogKey(config.log.key) : undefined
  const signers = [...new Set([...key, ...(own ? [own.verifier] : [])])]
  const database = config.sumdb.kind === 'off' ? undefined : config.sumdb.key
  return { signers: anySigner ? [] : signers, anySigner, database }
}

function assertVerifier(key: string): void {
  try {
    newVerifier(key)
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    const next = 'give the line name+hash+key that modgate log key prints'
    throw new Failure('usage', { asked: `--key ${key.slice(0, 100)}`, who: 'modgate', why: error.message, next })
  }
}
