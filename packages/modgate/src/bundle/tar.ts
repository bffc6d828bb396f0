/**
 * The container: a tar archive (POSIX.1-2017, pax) that any tar unpacks. Of a name and a size there is one header, without times, owners
 * or anything else that would make two archives of the same files differ, so that a header is checked by writing it anew.
 */

export const blockBytes = 512
/** Two empty blocks end an archive. */
export const endOfArchive: Uint8Array = new Uint8Array(2 * blockBytes)

export interface TarMember {
  readonly name: string
  /** Bytes. */
  readonly size: number
}

const maxNameBytes = 100
/** Every other name stands in a pax record in front. */
const plainName = /^[\x20-\x7e]{1,100}$/
const fileType = '0'
const paxType = 'x'

/** The header of a regular file, a multiple of a block long. */
export function tarHeader({ name, size }: TarMember): Uint8Array {
  if (plainName.test(name)) return block(name, size, fileType)
  const record = paxRecord('path', name)
  const record512 = Buffer.concat([record, new Uint8Array(paddingOf(record.byteLength))])
  return Buffer.concat([block('pax', record.byteLength, paxType), record512, block('long-name', size, fileType)])
}

/** The member whose header, without a pax record, this block is; undefined for any other bytes. */
export function parseTarHeader(bytes: Uint8Array): TarMember | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  const name = text.slice(0, maxNameBytes).replace(/\0+$/, '')
  const octal = text.slice(124, 135)
  if (!/^[0-7]{11}$/.test(octal)) return undefined
  const member = { name, size: Number.parseInt(octal, 8) }
  return Buffer.compare(tarHeader(member), bytes) === 0 ? member : undefined
}

/** Zero bytes behind a content, up to the next block. */
export function paddingOf(size: number): number {
  return (blockBytes - (size % blockBytes)) % blockBytes
}

function block(name: string, size: number, type: string): Uint8Array {
  const bytes = Buffer.alloc(blockBytes)
  bytes.write(name, 0)
  bytes.write('0000644\0', 100)
  bytes.write('0000000\0', 108)
  bytes.write('0000000\0', 116)
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  bytes.write('00000000000\0', 136)
  bytes.write(' '.repeat(8), 148)
  bytes.write(type, 156)
  bytes.write('ustar\u000000', 257)
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return bytes
}

/** `LENGTH KEY=VALUE\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = Buffer.byteLength(` ${key}=${value}\n`)
  let length = rest + String(rest).length
  if (rest + String(length).length !== length) length = rest + String(length).length
  return Buffer.from(`${length} ${key}=${value}\n`)
}
