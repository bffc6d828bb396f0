/**
 * The records of one append, staged in one durable file before the head is swapped. From it and the tree before, tiles and lookups
 * can be made at any time: a crash between the two is completed by whoever looks at the log next.
 */

import * as z from 'zod'
import type { ModuleVersion } from '../../core/ports.ts'

export interface Bundle {
  /** How many records the tree had before. */
  readonly start: number
  /** Its root, base64. */
  readonly root: string
  /** The bundle that made the tree before; empty for the first one. */
  readonly previous: string
  /** When it was appended, microseconds since the epoch. */
  readonly time: number
  readonly records: readonly BundledRecord[]
}

export interface BundledRecord {
  readonly module: ModuleVersion
  readonly text: string
}

const bundleForm = z.object({
  start: z.int().nonnegative(),
  root: z.string(),
  previous: z.string(),
  time: z.int().nonnegative().default(0),
  records: z.array(z.object({ module: z.object({ path: z.string(), version: z.string() }), text: z.string() })).min(1),
})

export const formatBundle = (bundle: Bundle): Uint8Array => Buffer.from(`${JSON.stringify(bundle)}\n`)

/** Throws where the bytes are no bundle. */
export const parseBundle = (bytes: Uint8Array): Bundle => bundleForm.parse(JSON.parse(Buffer.from(bytes).toString()))
