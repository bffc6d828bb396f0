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

/**
 * Writes it beside its place and moves it there when it is whole: what stands there before is whole, too, until then. Throws a Failure
 * `store-failed`.
 */
export async function writeBundle(path: string, contents: Contents, options: WriteOptions): Promise<WrittenBundle> {
  const part = `${path}.part`
  const files: BundleFile[] = []
  for (const file of contents.files) {
    options.signal?.throwIfAborted()
    files.push(await hashed(file))
    options.onFile?.(files.at(-1)!.size)
  }
  const { databases, base } = contents
  const manifest = formatManifest({ databases, files, ...(base ? { base } : {}) })
  try {
    // Private modules may be in it.
    const handle = await open(part, 'w', 0o600)
    try {
      const sink = writing(handle)
      await sink.member(manifestName, manifest)
      await sink.member(noteName, signManifest(manifest, options.key))
      for (const [i, file] of files.entries()) {
        options.signal?.throwIfAborted()
        await copy(contents.files[i]!, file, sink)
        options.onFile?.(file.size)
      }
      await sink.bytes(endOfArchive)
      await handle.sync()
      await rename(part, path)
      return { files: files.length, bytes: sink.written() }
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

function writing(handle: FileHandle): Sink {
  let at = 0
  const bytes = async (chunk: Uint8Array) => {
    for (let done = 0; done < chunk.byteLength;) {
      const { bytesWritten } = await handle.write(chunk, done, chunk.byteLength - done, at)
      done += bytesWritten
      at += bytesWritten
    }
  }
  return {
    bytes,
    written: () => at,
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
