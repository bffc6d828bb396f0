/**
 * A bundle proved: each byte is what was signed, each record is in the tree of its database under the head that came along, and each
 * go.mod and zip has the hash of its record. Nobody is asked, and nothing is kept.
 */

import { createHash } from 'node:crypto'
import { hashGoMod } from '@modgate/gomod/dirhash'
import { newVerifier } from '@modgate/gomod/note'
import { eachOf } from '../core/each-of.ts'
import { Failure } from '../core/failure.ts'
import type { Hasher, Spool } from '../core/ports.ts'
import { checkInfo, checkList, formLimits } from '../layer/answer-form.ts'
import type { FileRequest } from '../layer/keeping.ts'
import type { Bundle } from './bundle-file.ts'
import { bytesOf } from './bundle-source.ts'
import type { BundleProblem } from './damage.ts'
import { checkSignature, requestOf, type BundleDatabase, type BundleFile } from './manifest.ts'
import { provedRecords, type ProvedRecords } from './proved-records.ts'

export interface CheckOptions {
  /** Verifier lines whose signatures are believed. */
  readonly signers: readonly string[]
  /** Whoever has signed, or nobody: only what a database that is known here proves counts as proved. */
  readonly anySigner: boolean
  /** The checksum database that is known here: a verifier line. */
  readonly database?: string | undefined
  readonly spool: Spool
  readonly hasher: Hasher
  /** Files at once. */
  readonly width: number
  /** Ends it with the reason. */
  readonly signal?: AbortSignal
  readonly onFile?: (bytes: number) => void
}

export interface BundleCheck {
  /** Who is believed to have signed it. */
  readonly signer?: string
  /** Databases whose records were proved, and those that nothing is known of. */
  readonly databases: readonly BundleDatabase[]
  readonly strangers: readonly string[]
  readonly files: number
  readonly bytes: number
  readonly problems: readonly BundleProblem[]
}

/** Checks all of it. Throws a Failure `bundle-signer` where a signer is wanted and is not one that is believed. */
export async function checkBundle(bundle: Bundle, options: CheckOptions): Promise<BundleCheck> {
  const problems: BundleProblem[] = []
  const signer = signerOf(bundle, options, problems)
  const short = await bundle.cutOff()
  const by = signer === undefined ? {} : { signer }
  if (short) return { ...by, ...sumOf(bundle), databases: [], strangers: [], problems: [...problems, short] }
  for await (const gap of bundle.gaps()) problems.push(gap)
  const { databases, strangers } = knownDatabases(bundle, options, signer !== undefined, problems)
  const records = await provedRecords(bundle, databases, problems)
  const { files } = bundle.manifest
  await eachOf(files, options.width, async (file) => {
    options.signal?.throwIfAborted()
    const why = await faultOf(bundle, file, { ...options, records })
    if (why !== undefined) problems.push({ file: file.key, why })
    options.onFile?.(file.size)
  })
  return { ...by, ...sumOf(bundle), databases, strangers, problems: eachOnce(problems) }
}

function sumOf({ manifest: { files } }: Bundle): Pick<BundleCheck, 'files' | 'bytes'> {
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) }
}

function signerOf(
  { name, note, manifestBytes }: Bundle,
  { signers, anySigner }: CheckOptions,
  problems: BundleProblem[],
): string | undefined {
  const signature = checkSignature(note, manifestBytes, signers.map(newVerifier))
  if (signature.kind === 'good') return signature.signer
  if (signature.kind === 'bad') problems.push({ file: 'modgate-bundle.note', why: signature.why })
  else if (!anySigner) {
    const why = `it is signed by ${signature.signer.slice(0, 200)}, who is not believed here`
    throw new Failure('bundle-signer', { asked: name, who: 'modgate', why })
  }
  return undefined
}

/** A signer vouches for the keys that his bundle names, but not against the one that is known here. */
function knownDatabases(
  { manifest }: Bundle,
  { database }: CheckOptions,
  isSigned: boolean,
  problems: BundleProblem[],
): { readonly databases: readonly BundleDatabase[]; readonly strangers: readonly string[] } {
  const known = database === undefined ? undefined : newVerifier(database)
  const databases: BundleDatabase[] = []
  const strangers: string[] = []
  for (const each of manifest.databases) {
    const isKnown = each.key === database
    if (each.name === known?.name && !isKnown)
      problems.push({ file: `sumdb/${each.name}`, why: 'has another key than the database that is known here' })
    else if (isSigned || isKnown) databases.push(each)
    else strangers.push(each.name)
  }
  return { databases, strangers }
}

type Checking = CheckOptions & { readonly records: ProvedRecords }

/** What is wrong with a file; undefined for nothing. */
async function faultOf(bundle: Bundle, file: BundleFile, checking: Checking): Promise<string | undefined> {
  const request = requestOf(file.key)!
  try {
    if (request.kind === 'zip') return await zipFault(bundle, file, { ...checking, request })
    const limit = request.kind === 'sumdb' ? 4 << 20 : formLimits[request.kind as 'info' | 'mod' | 'list']
    const bytes = await bytesOf(bundle, file, limit)
    if (request.kind === 'info') checkInfo(request, bytes, bundle.name)
    if (request.kind === 'list') checkList(request, bytes, bundle.name)
    return request.kind === 'mod' ? hashFault(checking.records, request, hashGoMod(bytes)) : undefined
  } catch (error) {
    return wordsOf(error)
  }
}

async function zipFault(
  bundle: Bundle,
  file: BundleFile,
  { spool, hasher, records, signal, request }: Checking & { readonly request: FileRequest },
): Promise<string | undefined> {
  if (file.size > formLimits.zip) return `has more than ${formLimits.zip} bytes`
  const spooled = await spool.create(file.size)
  try {
    const hash = createHash('sha256')
    for await (const chunk of bundle.body(file).read()) {
      signal?.throwIfAborted()
      hash.update(chunk)
      await spooled.write(chunk)
    }
    if (hash.digest('hex') !== file.sha256) return otherContent
    const { h1 } = await hasher.zip(await spooled.finish(), request)
    return hashFault(records, request, h1)
  } finally {
    await spooled.discard(new Error('checked'))
  }
}

const otherContent = 'has another content than was signed'

function hashFault(records: ProvedRecords, request: FileRequest, h1: string): string | undefined {
  const found = records.of(request)
  if (found.length === 0) return 'has no record in a database that is believed'
  const other = found.find((hashes) => (request.kind === 'mod' ? hashes.goMod : hashes.zip) !== h1)
  if (!other) return undefined
  const recorded = request.kind === 'mod' ? other.goMod : other.zip
  return `has ${h1}, but the record of ${other.database} has ${recorded ?? 'no such line'}`
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Failure)) return (error as Error).message
  if (error.kind === 'internal' || error.code === 'shutting-down') throw error
  return error.code === 'bundle-invalid' ? otherContent : error.why
}

/** Damage is seen from several sides. */
function eachOnce(problems: readonly BundleProblem[]): readonly BundleProblem[] {
  const seen = new Map(problems.map((problem) => [`${problem.file}\n${problem.why}`, problem]))
  return [...seen.values()]
}
