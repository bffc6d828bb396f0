import { crc32, deflateRawSync } from 'node:zlib'

/** A member of a forged zip. Whatever is not given is as an honest writer would set it. */
export interface ForgedMember {
  readonly name: string | Uint8Array
  readonly content?: string | Uint8Array
  /** Compressed bytes that stand in the place of the true ones. */
  readonly compressed?: Uint8Array
  readonly method?: number
  readonly flags?: number
  readonly crc32?: number
  readonly size?: number
  readonly compressedSize?: number
  /** Unix mode, written as an archive made on Unix. */
  readonly mode?: number
  readonly offset?: number
  readonly extra?: Uint8Array
  readonly localName?: string
  readonly localSize?: number
  readonly localMethod?: number
  readonly descriptor?: Uint8Array
}

/** Fields of the end of the directory that lie, and bytes around the archive. */
export interface ForgedArchive {
  readonly members: readonly ForgedMember[]
  readonly before?: Uint8Array
  readonly gap?: Uint8Array
  readonly after?: Uint8Array
  readonly comment?: Uint8Array
  readonly count?: number
  readonly directorySize?: number
  readonly directoryOffset?: number
  readonly disk?: number
  /** Zip64 end record and locator: with the true numbers, or with a count of its own. */
  readonly zip64?: { readonly count?: number }
}

const bytesOf = (data: string | Uint8Array = '') => (typeof data === 'string' ? Buffer.from(data) : data)

/** Little-endian number of so many bytes. */
export function number(size: 2 | 4 | 8, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes.subarray(0, size)
}

/** Makes zips that lie: for tests of readers, which must refuse them. Nothing is checked. */
export function forge(archive: ForgedArchive): Uint8Array {
  const body: Uint8Array[] = [bytesOf(archive.before)]
  const directory: Uint8Array[] = []
  let offset = 0
  for (const member of archive.members) {
    const { local, central } = forgeMember(member, offset)
    body.push(local)
    directory.push(central)
    offset += local.length
  }
  body.push(bytesOf(archive.gap))
  offset += bytesOf(archive.gap).length
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...body, ...directory, forgeEnd(archive, size, offset), bytesOf(archive.after)])
}

function forgeMember(member: ForgedMember, offset: number): { local: Buffer; central: Buffer } {
  const content = bytesOf(member.content)
  const method = member.method ?? 8
  const compressed = member.compressed ?? (method === 8 ? deflateRawSync(content) : content)
  const name = bytesOf(member.name)
  const flags = number(2, member.flags ?? 0)
  const crc = number(4, member.crc32 ?? crc32(content))
  const sizes = [number(4, member.compressedSize ?? compressed.length), number(4, member.size ?? content.length)]
  const localName = bytesOf(member.localName ?? name)
  const localSizes = [sizes[0]!, number(4, member.localSize ?? member.size ?? content.length)]
  const extra = bytesOf(member.extra)
  const local = Buffer.concat([
    ...[number(4, 0x04034b50), number(2, 20), flags, number(2, member.localMethod ?? method), number(4, 0), crc],
    ...[...localSizes, number(2, localName.length), number(2, 0), localName, compressed, bytesOf(member.descriptor)],
  ])
  const creator = number(2, member.mode === undefined ? 20 : 0x0314)
  const central = Buffer.concat([
    ...[number(4, 0x02014b50), creator, number(2, 20), flags, number(2, method), number(4, 0), crc, ...sizes],
    ...[number(2, name.length), number(2, extra.length), number(2, 0), number(4, 0)],
    ...[number(4, (member.mode ?? 0) * 0x10000), number(4, member.offset ?? offset), name, extra],
  ])
  return { local, central }
}

function forgeEnd(archive: ForgedArchive, size: number, offset: number): Buffer {
  const count = archive.members.length
  const comment = bytesOf(archive.comment)
  const end = Buffer.concat([
    ...[number(4, 0x06054b50), number(2, archive.disk ?? 0), number(2, archive.disk ?? 0)],
    ...[number(2, archive.count ?? count), number(2, archive.count ?? count)],
    ...[number(4, archive.directorySize ?? size), number(4, archive.directoryOffset ?? offset)],
    ...[number(2, comment.length), comment],
  ])
  if (archive.zip64 === undefined) return end
  const count64 = number(8, archive.zip64.count ?? count)
  const end64 = [number(4, 0x06064b50), number(8, 44), number(2, 45), number(2, 45), number(8, 0), count64, count64]
  const locator = [number(4, 0x07064b50), number(4, 0), number(8, offset + size), number(4, 1)]
  return Buffer.concat([...end64, number(8, size), number(8, offset), ...locator, end])
}
