/**
 * The first file of a bundle: what is in it, each file with its size and hash, and the tree heads under which its records are proved. The
 * note behind it signs its hash, so that nothing of a bundle is believed that its signer has not seen.
 */

import { createHash } from 'node:crypto'
import { newSigner, NoteError, open, sign, UnverifiedNoteError, type Verifier } from '@modgate/gomod/note'
import { parseKey, RequestError, type ModuleRequest } from '@modgate/gomod/proxy'
import { z } from 'zod'

/** A file by its key, in the GOPROXY layout. */
export interface BundleFile {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Hexadecimal. */
  readonly sha256: string
}

/** A checksum database and the one head that all records of it here are proved under. */
export interface BundleDatabase {
  readonly name: string
  /** The verifier line. */
  readonly key: string
  /** Records in its tree. */
  readonly size: number
  /** Base64. */
  readonly root: string
}

export interface BundleManifest {
  readonly databases: readonly BundleDatabase[]
  /** By key. Everything behind the note, in this order. */
  readonly files: readonly BundleFile[]
  /** Of a delta: what it was made against, and the files of that which are not in here and belong to it. */
  readonly base?: { readonly manifest: string; readonly files: readonly BundleFile[] } | undefined
}

export const manifestName = 'modgate-bundle.json'
export const noteName = 'modgate-bundle.note'
/** A million files. */
export const maxManifestBytes = 256 << 20
export const maxNoteBytes = 64 << 10

const file = z.strictObject({ key: z.string(), size: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const schema = z.strictObject({
  format: z.literal('modgate bundle 1'),
  databases: z.array(
    z.strictObject({ name: z.string(), key: z.string(), size: z.int().min(0), root: z.string().max(100) }),
  ),
  files: z.array(file),
  base: z.strictObject({ manifest: z.string().regex(/^[0-9a-f]{64}$/), files: z.array(file) }).optional(),
})

/** Its bytes, a line for each file. */
export function formatManifest({ databases, files, base }: BundleManifest): Uint8Array {
  const lines = (items: readonly object[]) => items.map((item) => `\n${JSON.stringify(item)}`).join(',')
  const parts = [
    '"format":"modgate bundle 1"',
    `"databases":[${lines(databases)}]`,
    ...(base ? [`"base":{"manifest":"${base.manifest}","files":[${lines(base.files)}]}`] : []),
    `"files":[${lines(files)}]`,
  ]
  return Buffer.from(`{${parts.join(',\n')}}\n`)
}

/** The manifest, or why the bytes are none. There is one spelling of each. */
export function parseManifest(bytes: Uint8Array): BundleManifest | { readonly not: string } {
  const parsed = schema.safeParse(valueOf(bytes))
  if (!parsed.success) return { not: 'is no manifest of a bundle that this modgate understands' }
  const { databases, files, base } = parsed.data
  const manifest: BundleManifest = { databases, files, ...(base ? { base } : {}) }
  for (const list of [files, base?.files ?? []]) {
    const odd = list.find(({ key }, i) => (i > 0 && list[i - 1]!.key >= key) || requestOf(key) === undefined)
    if (odd)
      return { not: `names ${JSON.stringify(odd.key.slice(0, 200))}, which is no file of a bundle or out of order` }
  }
  return Buffer.compare(formatManifest(manifest), bytes) === 0 ? manifest : { not: 'is not spelled as a manifest is' }
}

function valueOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

/** What a file answers; undefined for a key that no bundle has. Keys that climb or are spelled oddly are none. */
export function requestOf(key: string): ModuleRequest | undefined {
  try {
    const request = parseKey(key)
    return request.kind === 'latest' || request.kind === 'query' ? undefined : request
  } catch (error) {
    if (error instanceof RequestError) return undefined
    throw error
  }
}

/** Hexadecimal SHA-256. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The note for a manifest. Throws a NoteError for a key that is no signer key. */
export function signManifest(manifest: Uint8Array, signerKey: string): Uint8Array {
  return sign({ text: signedText(manifest) }, newSigner(signerKey))
}

export type Signature =
  | { readonly kind: 'good'; readonly signer: string }
  /** By nobody who is believed here; `signer` as the note says. */
  | { readonly kind: 'stranger'; readonly signer: string }
  | { readonly kind: 'bad'; readonly why: string }

/** What the note is to the manifest. */
export function checkSignature(note: Uint8Array, manifest: Uint8Array, believed: readonly Verifier[]): Signature {
  try {
    const { text, signatures, unverifiedSignatures } = open(note, believed)
    // Base64 has bits that no decoder looks at.
    if ([...signatures, ...unverifiedSignatures].some(({ base64 }) => !isCanonical(base64)))
      return { kind: 'bad', why: 'is not spelled as a signature is' }
    if (text !== signedText(manifest)) return { kind: 'bad', why: 'signs another manifest than the one in the bundle' }
    return { kind: 'good', signer: signatures[0]!.name }
  } catch (error) {
    if (error instanceof UnverifiedNoteError) return ofStranger(error, manifest)
    if (error instanceof NoteError) return { kind: 'bad', why: `is no signature: ${error.message}` }
    throw error
  }
}

function ofStranger({ note }: UnverifiedNoteError, manifest: Uint8Array): Signature {
  if (note.text !== signedText(manifest))
    return { kind: 'bad', why: 'is of another manifest than the one in the bundle' }
  return { kind: 'stranger', signer: note.unverifiedSignatures.map(({ name }) => name).join(', ') }
}

const isCanonical = (base64: string) => Buffer.from(base64, 'base64').toString('base64') === base64

/** No tree head begins like this, so that a log's key signs one thing for the other in neither direction. */
const signedText = (manifest: Uint8Array): string => `modgate bundle 1\nsha256 ${sha256(manifest)}\n`
