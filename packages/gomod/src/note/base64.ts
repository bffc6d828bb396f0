/**
 * Decodes standard padded base64 and accepts exactly what Go's `base64.StdEncoding` accepts: line breaks are skipped,
 * padding is required, unused trailing bits are not looked at. The runtime's own decoder would also take the URL
 * alphabet, missing padding and stray characters. `undefined` when the text is anything else. RFC 4648 section 4.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/[\r\n]/g, '')
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) return undefined
  return new Uint8Array(Buffer.from(compact, 'base64'))
}

/** Encodes bytes as standard padded base64. RFC 4648 section 4. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
