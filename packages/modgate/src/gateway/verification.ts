/** All that is kept, hashed anew and compared with what is known of it: its facts, and the record that the gate keeps. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import { keyOf } from '@modgate/gomod/proxy'
import { readAll } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import { Failure } from '../core/failure.ts'
import type { Hasher, Store } from '../core/ports.ts'
import { checkInfo, formLimits } from '../layer/answer-form.ts'
import { needsRecord, type TrustRules } from '../layer/trust.ts'
import { infoHash, type FileRequest } from '../layer/keeping.ts'
import type { StoredEntry } from '../store/entries.ts'
import type { FileFacts } from '../store/entry-facts.ts'
import { keyPath } from '../store/keys.ts'

export interface VerificationOptions extends TrustRules {
  readonly store: Store
  readonly hasher: Hasher
  /** Where the store's files are. */
  readonly modules: string
  /** Of questions to `records`, which answers from what is kept. */
  readonly context: Context
  /** Files at once. */
  readonly width: number
  /** Called when a file is done. */
  readonly onFile?: (bytes: number) => void
}

export interface DamagedFile {
  readonly request: FileRequest
  readonly key: string
  readonly why: string
}

export interface Verification {
  files: number
  bytes: number
  /** Files that need a record, of which none is kept here: compared with their facts alone. */
  unconfirmed: number
  /** Files without facts and without a record: the gate looks at them when they are asked for. */
  unknown: number
  readonly damaged: DamagedFile[]
}

/** Checks every file of the entries; what is damaged is set aside in quarantine. Throws where the store cannot be worked on. */
export async function verifyEntries(
  options: VerificationOptions,
  entries: AsyncIterable<StoredEntry>,
): Promise<Verification> {
  const result: Verification = { files: 0, bytes: 0, unconfirmed: 0, unknown: 0, damaged: [] }
  await eachOf(filesOf(entries), options.width, async ({ request, size }) => {
    const key = keyOf(request)
    const verdict = await checkFile(options, request, size)
    // What was removed meanwhile is no concern any more.
    if (!(await options.store.open(key))) return
    result.files++
    result.bytes += size
    if (verdict === 'unconfirmed' || verdict === 'unknown') result[verdict]++
    else if (verdict !== 'sound') {
      await options.store.quarantine(key, verdict.why)
      result.damaged.push({ request, key, why: verdict.why })
    }
    options.onFile?.(size)
  })
  return result
}

interface File {
  readonly request: FileRequest
  readonly size: number
}

async function* filesOf(entries: AsyncIterable<StoredEntry>): AsyncIterable<File> {
  for await (const { path, version, files } of entries) {
    for (const kind of ['info', 'mod', 'zip'] as const) {
      if (files[kind] !== undefined) yield { request: { kind, path, version }, size: files[kind] }
    }
  }
}

type Verdict = 'sound' | 'unconfirmed' | 'unknown' | { readonly why: string }

async function checkFile(options: VerificationOptions, request: FileRequest, size: number): Promise<Verdict> {
  const hash = await hashOf(options, request, size).catch((error: unknown) => ({
    why: `cannot be read: ${wordsOf(error)}`,
  }))
  if (typeof hash !== 'string') return hash
  const facts = (await options.facts.reread(request))[request.kind]
  const contradiction = facts && contradicted(facts, hash, size)
  if (contradiction !== undefined) return { why: contradiction }
  if (request.kind === 'info') return facts ? 'sound' : infoForm(options, request)
  if (!needsRecord(options, request.path)) return facts ? 'sound' : 'unknown'
  const recorded = await recordOf(options, request)
  if (recorded === undefined) return facts ? 'unconfirmed' : 'unknown'
  return recorded === hash
    ? 'sound'
    : { why: `has ${hash}, but the record of ${options.records?.name} has ${recorded}` }
}

const wordsOf = (error: unknown) => (error instanceof Failure ? error.why : (error as Error).message)

function contradicted(facts: FileFacts, hash: string, size: number): string | undefined {
  if (facts.size !== size) return `has ${size} bytes instead of ${facts.size}`
  return facts.hash === hash ? undefined : `has ${hash} instead of ${facts.hash}`
}

async function hashOf(options: VerificationOptions, request: FileRequest, size: number): Promise<string> {
  const key = keyOf(request)
  if (request.kind === 'zip')
    return (await options.hasher.zip({ path: keyPath(options.modules, key), size }, request)).h1
  const bytes = await contentOf(options, request)
  return request.kind === 'mod' ? hashGoMod(bytes) : infoHash(bytes)
}

async function contentOf({ store }: VerificationOptions, request: FileRequest): Promise<Uint8Array> {
  const body = await store.open(keyOf(request))
  if (!body) throw new Error('it is gone')
  const limit = formLimits[request.kind]
  return readAll(body, limit, () => new Error(`it has more than ${limit} bytes`))
}

async function infoForm(options: VerificationOptions, request: FileRequest): Promise<Verdict> {
  try {
    checkInfo(request, await contentOf(options, request), 'store')
    return 'unknown'
  } catch (error) {
    return { why: wordsOf(error) }
  }
}

/** The hash in the record that is kept; undefined where none is. */
async function recordOf(options: VerificationOptions, request: FileRequest): Promise<string | undefined> {
  try {
    const hashes = await options.records?.lookup(request, options.context)
    return request.kind === 'mod' ? hashes?.goMod : hashes?.zip
  } catch (error) {
    if (error instanceof Failure && error.code === 'database-unreachable') return undefined
    throw error
  }
}
