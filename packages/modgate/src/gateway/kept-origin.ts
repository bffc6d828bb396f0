/** Where the info of an entry says that its version came from (`Origin`, as the go command writes it). */

import { keyOf } from '@modgate/gomod/proxy'
import { readAll } from '../core/body.ts'
import type { Store } from '../core/ports.ts'
import type { StoredEntry } from '../store/entries.ts'

export interface KeptOrigin {
  readonly url: string
  readonly commit: string
  /** The full name that led to the commit: `refs/tags/v1.0.0`; undefined where none did. */
  readonly ref: string | undefined
}

/** An info is a few hundred bytes. */
const maxInfoBytes = 64 << 10

/** Undefined where no info is kept, or where it does not say. */
export async function keptOrigin(
  store: Pick<Store, 'open'>,
  { path, version, files }: StoredEntry,
): Promise<KeptOrigin | undefined> {
  if (files.info === undefined) return undefined
  const body = await store.open(keyOf({ kind: 'info', path, version }))
  const bytes =
    body && (await readAll(body, maxInfoBytes, () => new Error('too large for an info')).catch(() => undefined))
  return bytes && originIn(Buffer.from(bytes).toString())
}

function originIn(info: string): KeptOrigin | undefined {
  try {
    const { Origin } = JSON.parse(info) as { Origin?: Readonly<Record<string, unknown>> }
    const { URL: url, Ref: ref, Hash: commit } = Origin ?? {}
    if (typeof url !== 'string' || typeof commit !== 'string') return undefined
    return { url, commit, ref: typeof ref === 'string' ? ref : undefined }
  } catch {
    return undefined
  }
}
