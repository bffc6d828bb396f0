/** Witnesses of the log: each by its verifier key and the URL at which it takes checkpoints. */

import { newCosignatureVerifier, NoteError } from '@modgate/gomod/note'
import { z } from 'zod'
import type { WitnessAddress } from './serve-config.ts'
import { written } from './written.ts'

/** A checkpoint carries one line of each, and no note may have more than a hundred. */
const most = 32

/** `NAME+HASH+KEY=URL`. The key is base64 of 33 bytes, which has no `=` of its own. Throws where one of them is missing or wrong. */
export function parseWitness(text: string): WitnessAddress {
  const at = text.search(/=https?:\/\//i)
  if (at < 0) throw new Error('has no =https://… behind a key')
  const key = text.slice(0, at).trim()
  return { name: nameOf(key), key, url: submissionUrl(text.slice(at + 1).trim()) }
}

export const witnesses = z
  .array(written('NAME+HASH+KEY=URL', parseWitness), { error: 'is not a list of NAME+HASH+KEY=URL' })
  .max(most, { error: `has more than ${most} witnesses` })
  .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, { error: 'has a witness twice' })

function nameOf(key: string): string {
  try {
    return newCosignatureVerifier(key).name
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    const isOfLog = error.kind === 'unknown-algorithm'
    const why = isOfLog ? 'its type is not that of cosignatures (tlog-cosignature, 0x04)' : error.message
    throw new Error(`begins with no key of a witness: ${why}`, { cause: error })
  }
}

/** Without a slash at its end. */
function submissionUrl(text: string): string {
  const url = URL.parse(text)
  if (!url || url.host === '') throw new Error('has no URL behind its =')
  if (url.username !== '' || url.password !== '')
    throw new Error('has credentials in its URL, which no witness asks for')
  if (url.search !== '' || url.hash !== '') throw new Error('has a query or a fragment in its URL')
  return url.href.replace(/\/+$/, '')
}
