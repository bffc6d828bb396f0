import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly data: Uint8Array
}

/**
 * Writes a zip without compression (APPNOTE 4.3), any names as they are: a test's upstream must also be able to serve what no
 * honest writer makes. Independent of the product's own zip code, so that both must agree with the go command.
 */
export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data } of entries) {
    const title = Buffer.from(name)
    const shared = sharedFields(title.length, data)
    const local = Buffer.concat([words(0x04034b50), shared, title, data])
    directory.push(Buffer.concat([words(0x02014b50), halves(20), shared, Buffer.alloc(10), words(offset), title]))
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = [
    words(0x06054b50),
    halves(0, 0, entries.length, entries.length),
    words(central.length, offset),
    halves(0),
  ]
  return Buffer.concat([...parts, central, ...end])
}

/** The `h1:` of a list of files (golang.org/x/mod/sumdb/dirhash, Hash1). */
export function hash1(entries: readonly ZipEntry[]): string {
  const lines = [...entries]
    .sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    .map(({ name, data }) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`)
  return `h1:${createHash('sha256').update(lines.join('')).digest('base64')}`
}

/** What a local header and a directory header have in common: version needed to the length of the extra field. */
function sharedFields(nameLength: number, data: Uint8Array): Buffer {
  // 0x21 is the first of January 1980, the earliest date that the format knows.
  return Buffer.concat([
    halves(20, 0x800, 0, 0, 0x21),
    words(crc32(data), data.length, data.length),
    halves(nameLength, 0),
  ])
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32LE(value, index * 4))
  return bytes
}

function halves(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2))
  return bytes
}
