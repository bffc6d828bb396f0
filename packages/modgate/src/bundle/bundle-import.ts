/**
 * A bundle taken into a store: proved as a whole first, so that nothing of a bad one is kept, and then let in file by file through the
 * layers that let in what an upstream sends. A run that was ended goes on where it was, since what is kept is not taken again.
 */

import type { Context } from '../core/context.ts'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import type { Records, Source, Store } from '../core/ports.ts'
import { adoptEntries, type Adoption } from '../gateway/adoption.ts'
import { needsRecord } from '../layer/trust.ts'
import type { VerifyOptions } from '../layer/keeping.ts'
import type { Bundle } from './bundle-file.ts'
import { checkBundle, type BundleCheck, type CheckOptions } from './bundle-check.ts'
import { bundleEntries, bundleSource } from './bundle-source.ts'
import { requestOf } from './manifest.ts'

export interface ImportOptions {
  readonly check: Omit<CheckOptions, 'onFile'>
  /** What lets files in; its records come from the bundle. */
  readonly verify: Omit<VerifyOptions, 'report'>
  /** The checksum database of the store, which asks the bundle. */
  readonly database: (Records & Source) | undefined
  readonly context: Context
  /** Entries at once. */
  readonly width: number
  /** Called for each file that was proved, and again when it was let in. */
  readonly onFile?: (bytes: number) => void
}

export interface Imported {
  readonly check: BundleCheck
  /** Undefined where the bundle has problems. */
  readonly adoption?: Adoption
}

/**
 * Imports it. Throws a Failure: `bundle-signer`, `bundle-base-missing` for a delta whose base is not kept, `database-untrusted` where the
 * head of the bundle contradicts the one that is pinned here, `store-failed`.
 */
export async function importBundle(bundle: Bundle, options: ImportOptions): Promise<Imported> {
  const onFile = options.onFile ? { onFile: options.onFile } : {}
  const check = await checkBundle(bundle, { ...options.check, ...onFile })
  if (check.problems.length > 0) return { check }
  await requireBase(bundle, options.verify.store)
  await keepRecords(bundle, options)
  const { verify, context, width } = options
  const adopting = { ...verify, folder: bundleSource(bundle), unasked: '', context, width, ...onFile }
  return { check, adoption: await adoptEntries(adopting, fromNow(bundleEntries(bundle))) }
}

async function* fromNow<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items
}

async function requireBase({ name, manifest: { base } }: Bundle, store: Store): Promise<void> {
  const missing: string[] = []
  for (const { key } of base?.files ?? []) {
    if (requestOf(key)?.kind !== 'list' && !(await store.open(key))) missing.push(key)
  }
  if (missing.length === 0) return
  throw new Failure('bundle-base-missing', {
    asked: name,
    who: 'modgate',
    why: `it is a delta to the bundle ${base!.manifest.slice(0, 16)}, of which ${counted(missing.length, 'file')} ${missing.length === 1 ? 'is' : 'are'} not kept here, ${missing[0]} first`,
  })
}

/**
 * The head before anything else: one that forks from what is pinned here ends the import. Then all records, also those of versions that
 * came with an earlier bundle, whose tiles have become wider under this head.
 */
async function keepRecords(bundle: Bundle, { database, verify, context }: ImportOptions): Promise<void> {
  if (!database || !bundle.find(`sumdb/${database.name}/latest`)) return
  await database.get({ kind: 'sumdb', name: database.name, resource: { kind: 'latest' } }, context)
  for (const { key } of bundle.manifest.files) {
    const request = requestOf(key)
    if (request?.kind !== 'sumdb' || request.name !== database.name || request.resource.kind !== 'lookup') continue
    const { path, version } = request.resource
    context.signal.throwIfAborted()
    if (needsRecord(verify, path)) await database.lookup({ path, version }, context)
  }
}
