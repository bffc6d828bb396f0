/**
 * What kind of thing is wrong:
 * - `format`: not a zip, cut off, or its structures disagree with each other;
 * - `algorithm`: encrypted, or a compression method other than store and deflate;
 * - `checksum`: the content is not what its CRC-32 says;
 * - `size`: content, file or archive is larger than declared or allowed;
 * - `module`: the module path or version is malformed;
 * - `files`: the archive is sound, but a file in it breaks a rule of module zips.
 */
export type ZipErrorCode = 'format' | 'algorithm' | 'checksum' | 'size' | 'module' | 'files'

/** A zip that was refused, or one that cannot be made. The message names the file where one is to blame. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
  readonly code: ZipErrorCode

  constructor(code: ZipErrorCode, message: string, options?: ErrorOptions) {
    super(`zip: ${message}`, options)
    this.code = code
  }
}
