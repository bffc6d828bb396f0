/** A bundle written: every content is read twice, once for its hash in the manifest, which stands first, and once to be written. */

import { createHash } from 'node:crypto'
import { open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { Failure } from '../core/failure.ts'
import type { Contents } from './contents.ts'
import type { PlannedFile } from './evidence.ts'
import { formatManifest, manifestName, noteName, signManifest, type BundleFile } from './manifest.ts'
import { endOfArchive, paddingOf, tarHeader } from './tar.ts'

export interface WriteOptions {
  /** The signer key. */
  readonly key: string
  /** Ends it with the reason. */
  readonly signal?: AbortSignal
  /** Called for what has been hashed, and again for what has been written. */
  readonly onFile?: (bytes: number) => void
}

export interface WrittenBundle {
  readonly files: number
  /** Of the whole bundle. */
  readonly bytes: number
}

/** Takes bytes one after the other. */
export type Output = (bytes: Uint8Array) => Promise<void>

/**
 * Writes it beside its place and moves it there when it is whole: what stands there before is whole, too, until then. Throws a Failure
 * `store-failed`.
 */
export async function writeBundle(path: string, contents: Contents, options: WriteOptions): Promise<WrittenBundle> {
  const part = `${path}.part`
  const plan = await planned(contents, options)
  try {
    // Private modules may be in it.
    const handle = await open(part, 'w', 0o600)
    try {
      const written = await put(plan, outputOf(handle), options)
      await handle.sync()
      await rename(part, path)
      return written
    } finally {
      await handle.close()
    }
  } catch (error) {
    await unlink(part).catch(() => undefined)
    if (error instanceof Failure) throw error
    const why = `cannot be written: ${(error as Error).message}`
    throw new Failure('store-failed', { asked: path, who: 'modgate', why, next: 'check the disk, or give another -o', cause: error }) // prettier-ignore
  }
}

/** Writes it where nothing can be taken back: whoever reads it sees by its signature whether it is whole. */
export async function streamBundle(output: Output, contents: Contents, options: WriteOptions): Promise<WrittenBundle> {
  return put(await planned(contents, options), output, options)
}

interface Plan {
  readonly contents: Contents
  readonly files: readonly BundleFile[]
  readonly manifest: Uint8Array
}

async function planned(contents: Contents, { signal, onFile }: WriteOptions): Promise<Plan> {
  const files: BundleFile[] = []
  for (const file of contents.files) {
    signal?.throwIfAborted()
    files.push(await hashed(file))
    onFile?.(files.at(-1)!.size)
  }
  const { databases, base } = contents
  return { contents, files, manifest: formatManifest({ databases, files, ...(base ? { base } : {}) }) }
}

async function put({ contents, files, manifest }: Plan, output: Output, options: WriteOptions): Promise<WrittenBundle> {
  const sink = writing(output)
  await sink.member(manifestName, manifest)
  await sink.member(noteName, signManifest(manifest, options.key))
  for (const [i, file] of files.entries()) {
    options.signal?.throwIfAborted()
    await copy(contents.files[i]!, file, sink)
    options.onFile?.(file.size)
  }
  await sink.bytes(endOfArchive)
  return { files: files.length, bytes: sink.written() }
}

async function hashed(file: PlannedFile): Promise<BundleFile> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of (await file.open()).read()) {
    hash.update(chunk)
    size += chunk.byteLength
  }
  return { key: file.key, size, sha256: hash.digest('hex') }
}

interface Sink {
  bytes(bytes: Uint8Array): Promise<void>
  member(name: string, bytes: Uint8Array): Promise<void>
  written(): number
}

function outputOf(handle: FileHandle): Output {
  let at = 0
  return async (chunk) => {
    for (let done = 0; done < chunk.byteLength;) {
      const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at)
      done += bytesWritten
      at += bytesWritten
    }
  }
}

function writing(output: Output): Sink {
  let written = 0
  const bytes = async (chunk: Uint8Array) => {
    await output(chunk)
    written += chunk.byteLength
  }
  return {
    bytes,
    written: () => written,
    async member(name, content) {
      const size = content.byteLength
      await bytes(Buffer.concat([tarHeader({ name, size }), content, new Uint8Array(paddingOf(size))]))
    },
  }
}

async function copy(file: PlannedFile, { key, size, sha256 }: BundleFile, sink: Sink): Promise<void> {
  const hash = createHash('sha256')
  await sink.bytes(tarHeader({ name: key, size }))
  let copied = 0
  for await (const chunk of (await file.open()).read()) {
    hash.update(chunk)
    copied += chunk.byteLength
    await sink.bytes(chunk)
  }
  await sink.bytes(new Uint8Array(paddingOf(size)))
  if (copied === size && hash.digest('hex') === sha256) return
  const why = 'has become another one while it was exported'
  throw new Failure('store-failed', { asked: key, who: 'modgate', why, next: 'export again' })
}
