/**
 * What a gate says of itself to whoever wants to build through it (`GET /-/onboard`): which log it has, and what else a client would
 * have to set. To the one who reads it, it is a stranger's word until it is proved.
 */

import * as z from 'zod'

/** No name, key or list of patterns in use comes near it. */
const text = z.string().max(4096)

const offeredLogForm = z.object({
  name: text,
  /** The verifier line: `name+hash+key`. */
  key: text,
  /** Records that are signed. */
  size: z.int().nonnegative(),
  /** Set where the log refuses to sign: what is recorded is answered, nothing is added. */
  closed: z.object({ why: text, next: text }).optional(),
})

export const offerForm = z.object({
  product: z.literal('modgate'),
  version: text,
  /** The gate as it believes to be reached. */
  url: text,
  /** The gate's own checksum database, where it has one. */
  log: offeredLogForm.optional(),
  /** Without a log: the client's GOSUMDB where Go's default will not do. */
  sumdb: text.optional(),
  /** Without a log: patterns of modules of which no database has a record; empty for none. */
  exempt: text,
})

export type Offer = z.infer<typeof offerForm>
export type OfferedLog = z.infer<typeof offeredLogForm>
