/** Bodies that rest in files, read with buffers that are used again: reading a zip allocates nothing that grows with it. */

import { open } from 'node:fs/promises'
import type { Body, ByteRange } from '../core/body.ts'

/** Large enough that a gigabyte takes 4,000 reads, small enough that 64 readers fit into 16 MiB. */
const bufferBytes = 256 * 1024
const pooledBuffers = 64

const idle: Buffer[] = []

/** Lends a buffer to `use` for as long as it runs. */
export async function* withBuffer(use: (buffer: Buffer) => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const buffer = idle.pop() ?? Buffer.allocUnsafeSlow(bufferBytes)
  try {
    yield* use(buffer)
  } finally {
    if (idle.length < pooledBuffers) idle.push(buffer)
  }
}

/** The body of a complete file. Throws from `read` when the file has become shorter than `size`. */
export function fileBody(path: string, size: number): Body & { readonly size: number } {
  return { size, read: (range) => readFileRange(path, range ?? { start: 0, end: size }) }
}

async function* readFileRange(path: string, range: ByteRange): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r')
  try {
    yield* withBuffer(async function* (buffer) {
      let position = range.start
      while (position < range.end) {
        const wanted = Math.min(buffer.byteLength, range.end - position)
        const { bytesRead } = await file.read(buffer, 0, wanted, position)
        if (bytesRead === 0) throw new Error(`${path} ended at byte ${position}, before byte ${range.end}`)
        position += bytesRead
        yield buffer.subarray(0, bytesRead)
      }
    })
  } finally {
    await file.close()
  }
}
