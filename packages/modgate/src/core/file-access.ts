/** Random access to a file on disk, for what is read synchronously: zips that are hashed. */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { bytesAccess, type RandomAccess } from '@modgate/gomod/zip'

/** Runs `use` with the file at a path, open. Throws the system's error, or what `use` throws. */
export function withFile<T>(path: string, use: (access: RandomAccess) => T): T {
  const file = openSync(path, 'r')
  try {
    return use({ size: fstatSync(file).size, read: (offset, length) => readExactly(file, offset, length) })
  } finally {
    closeSync(file)
  }
}

/** Up to this size a zip is read at once, which saves two reads a member; bytes. */
const wholeSize = 64 << 20

/** Runs `use` with a zip of `size` bytes, whose members are read one after the other. Throws as `withFile` does. */
export function withZip<T>(
  { zip, size }: { readonly zip: string; readonly size: number },
  use: (access: RandomAccess) => T,
): T {
  return size <= wholeSize ? use(bytesAccess(readFileSync(zip))) : withFile(zip, use)
}

function readExactly(file: number, offset: number, length: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(length)
  let done = 0
  while (done < length) {
    const count = readSync(file, buffer, done, length - done, offset + done)
    if (count === 0) throw new Error(`the file ended at byte ${offset + done}`)
    done += count
  }
  return buffer
}
