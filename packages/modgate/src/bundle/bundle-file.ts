/**
 * A bundle, opened to be read. The manifest says what comes behind it, and there is one way to write that as an archive, so that each
 * file's place is known without looking, and a byte that is changed between the files is found like one in them.
 */

import { open, type FileHandle } from 'node:fs/promises'
import type { Body, ByteRange } from '../core/body.ts'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import { withBuffer } from '../store/file-body.ts'
import { invalidBundle, type BundleProblem } from './damage.ts'
import {
  manifestName,
  maxManifestBytes,
  maxNoteBytes,
  noteName,
  parseManifest,
  sha256,
  type BundleFile,
  type BundleManifest,
} from './manifest.ts'
import { blockBytes, endOfArchive, paddingOf, parseTarHeader, tarHeader } from './tar.ts'

export interface Bundle {
  /** As it was named. */
  readonly name: string
  readonly manifest: BundleManifest
  /** As they stand there; the signature is the caller's to check. */
  readonly manifestBytes: Uint8Array
  readonly note: Uint8Array
  /** What tells this bundle from others. */
  readonly hash: string
  find(key: string): BundleFile | undefined
  /** Its bytes, unchecked. */
  body(file: BundleFile): Body & { readonly size: number }
  /** What is missing at its end, as one problem; undefined where all is there. */
  cutOff(): Promise<BundleProblem | undefined>
  /** What is wrong between the files: headers, what fills up the blocks, the end. */
  gaps(): AsyncIterable<BundleProblem>
  close(): Promise<void>
}

/** Opens it. Throws a Failure: `usage` for a file that cannot be read, `bundle-invalid` for one whose beginning is no bundle's. */
export async function openBundle(path: string, name = path): Promise<Bundle> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(name, `cannot be read: ${(error as Error).message}`)
  })
  try {
    if ((await handle.stat()).isDirectory()) throw unreadable(name, 'is a directory')
    return await opened(handle, name)
  } catch (error) {
    await handle.close()
    throw error
  }
}

function unreadable(asked: string, why: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next: 'name a file that modgate bundle export wrote' })
}

async function opened(handle: FileHandle, name: string): Promise<Bundle> {
  const first = await memberAt(handle, { at: 0, name: manifestName, limit: maxManifestBytes })
  if (!first) throw invalidBundle(name, [{ file: 'its beginning', why: 'is not that of a bundle' }])
  const manifest = parseManifest(first.bytes)
  if ('not' in manifest) throw invalidBundle(name, [{ file: manifestName, why: manifest.not }])
  const second = await memberAt(handle, { at: first.end, name: noteName, limit: maxNoteBytes })
  if (!second) throw invalidBundle(name, [{ file: noteName, why: 'is not where it belongs' }])
  const placed = new Map<string, BundleFile & { readonly at: number }>()
  let at = second.end
  for (const file of manifest.files) {
    placed.set(file.key, { ...file, at })
    at += spanOf({ name: file.key, size: file.size })
  }
  const want = at + endOfArchive.byteLength
  const ends = [first.end - paddingOf(first.bytes.byteLength), second.end - paddingOf(second.bytes.byteLength)]
  return {
    ...{ name, manifest, manifestBytes: first.bytes, note: second.bytes, hash: sha256(first.bytes) },
    find: (key) => placed.get(key),
    body({ key, size }) {
      const start = placed.get(key)!.at + tarHeader({ name: key, size }).byteLength
      return { size, read: (range) => readRange(handle, start, range ?? { start: 0, end: size }) }
    },
    async *gaps() {
      yield* await zeros(handle, { file: manifestName, from: ends[0]!, to: first.end })
      yield* await zeros(handle, { file: noteName, from: ends[1]!, to: second.end })
      for (const file of placed.values()) yield* around(handle, file)
      const { size } = await handle.stat()
      if (size === want) yield* await zeros(handle, { file: 'its end', from: at, to: want })
      else yield { file: 'its length', why: `is ${size} bytes instead of ${want}` }
    },
    async cutOff() {
      const { size } = await handle.stat()
      return size < want ? shortOf([...placed.values()], { size, want }) : undefined
    },
    close: () => handle.close(),
  }
}

/** Of a copy that was broken off each file behind that point is missing: said once. */
function shortOf(
  files: readonly (BundleFile & { readonly at: number })[],
  { size, want }: { readonly size: number; readonly want: number },
): BundleProblem {
  const missing = files.filter((file) => file.at + spanOf({ name: file.key, size: file.size }) > size)
  const [first] = missing
  const what = first ? `${missing.length} of ${counted(files.length, 'file')} are not whole, ${first.key} first` : 'only its end is missing' // prettier-ignore
  return { file: 'its length', why: `is ${size} bytes instead of ${want}: it was cut off, and ${what}` }
}

/** Bytes of header, content and what fills up the last block. */
const spanOf = (member: { readonly name: string; readonly size: number }) =>
  tarHeader(member).byteLength + member.size + paddingOf(member.size)

interface Place {
  readonly at: number
  readonly name: string
  readonly limit: number
}

async function memberAt(handle: FileHandle, { at, name, limit }: Place) {
  const header = await bytesAt(handle, at, blockBytes)
  const member = header && parseTarHeader(header)
  if (member?.name !== name || member.size > limit) return undefined
  const bytes = await bytesAt(handle, at + blockBytes, member.size)
  return bytes && { bytes, end: at + spanOf(member) }
}

/** Undefined where the file ends before. */
async function bytesAt(handle: FileHandle, at: number, size: number): Promise<Uint8Array | undefined> {
  if ((await handle.stat()).size < at + size) return undefined
  const bytes = Buffer.alloc(size)
  let got = 0
  while (got < size) {
    const { bytesRead } = await handle.read(bytes, got, size - got, at + got)
    if (bytesRead === 0) return undefined
    got += bytesRead
  }
  return bytes
}

async function* around(handle: FileHandle, { key, size, at }: BundleFile & { readonly at: number }) {
  const header = tarHeader({ name: key, size })
  const found = await bytesAt(handle, at, header.byteLength)
  if (!found) yield { file: key, why: 'is not there: the bundle ends before it' }
  else if (Buffer.compare(header, found) !== 0)
    yield { file: key, why: 'has another header in the archive than it must' }
  const end = at + header.byteLength + size
  if (found) yield* await zeros(handle, { file: key, from: end, to: end + paddingOf(size) })
}

interface Stretch {
  readonly file: string
  readonly from: number
  readonly to: number
}

async function zeros(handle: FileHandle, { file, from, to }: Stretch): Promise<readonly BundleProblem[]> {
  const found = await bytesAt(handle, from, to - from)
  if (!found) return [{ file, why: 'is cut off' }]
  return found.every((byte) => byte === 0) ? [] : [{ file, why: 'has something behind its content' }]
}

async function* readRange(handle: FileHandle, start: number, range: ByteRange): AsyncIterable<Uint8Array> {
  yield* withBuffer(async function* (buffer) {
    let at = range.start
    while (at < range.end) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.byteLength, range.end - at), start + at)
      if (bytesRead === 0) throw new Error('the bundle ended within a file')
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  })
}
