import type { RandomAccess } from './access.ts'
import { concat } from './content.ts'
import { readDirectory } from './directory.ts'
import { readEntry } from './entry.ts'
import { ZipError } from './error.ts'
import { maxGoMod } from './limits.ts'

/**
 * Reads one member of a zip whole, for example `example.com/m@v1.0.0/go.mod`; undefined if there is none of that name.
 *
 * @param limit the most bytes to read; 16 MiB unless given.
 * @throws ZipError if the zip cannot be read, the name occurs twice, or the content is damaged or larger than `limit`.
 */
export function readFile(access: RandomAccess, name: string, limit = maxGoMod): Uint8Array | undefined {
  const [entry, second] = readDirectory(access).filter((candidate) => candidate.name === name)
  if (entry === undefined) return undefined
  if (second !== undefined) throw new ZipError('format', `multiple entries for file ${JSON.stringify(name)}`)
  if (entry.size > limit) throw new ZipError('size', `${JSON.stringify(name)}: larger than ${limit} bytes`)
  const parts = Array.from(readEntry(access, entry), (chunk) => new Uint8Array(chunk))
  return concat(parts, entry.size)
}
