/** PNG pictures that say what they were made of, so that a picture in the docs can be seen to be out of date on a machine with other fonts. */

import { crc32 } from 'node:zlib'

const keyword = 'Source\0'
const signatureLength = 8
/** Length, kind and check sum of a chunk; the first chunk, IHDR, has 13 bytes of its own. */
const around = 12

/** The picture with a text in it (PNG, section 11.3.4.3, tEXt), which is right behind the first chunk. */
export function labelledPicture(png: Buffer, label: string): Buffer {
  const at = signatureLength + around + 13
  const typed = Buffer.from(`tEXt${keyword}${label}`, 'latin1')
  const chunk = Buffer.alloc(typed.length + 8)
  chunk.writeUInt32BE(typed.length - 4, 0)
  typed.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(typed), typed.length + 4)
  return Buffer.concat([png.subarray(0, at), chunk, png.subarray(at)])
}

/** The text that such a picture has in it; undefined where there is none. */
export function labelOf(png: Buffer): string | undefined {
  for (let at = signatureLength; at + around <= png.length;) {
    const length = png.readUInt32BE(at)
    const text = png.toString('latin1', at + 4, at + 8 + length)
    if (text.startsWith(`tEXt${keyword}`)) return text.slice(`tEXt${keyword}`.length)
    at += around + length
  }
  return undefined
}
