import { createHash, hash } from 'node:crypto'

/** A file to be hashed: by its content, or by the SHA-256 of it (32 bytes) where that is known already. */
export type HashedFile =
  | { readonly name: string; readonly content: Uint8Array | string }
  | { readonly name: string; readonly digest: Uint8Array }

/**
 * The `h1:` hash of a list of files (Go: dirhash.Hash1): SHA-256 over one line per file, `<hex sha256>  <name>`, sorted
 * by the bytes of the names, in base64.
 *
 * @throws RangeError for a name that holds a newline, which could forge lines, or that is not well-formed Unicode; for a digest that
 * is not of 32 bytes.
 */
export function hash1(files: readonly HashedFile[]): string {
  const sum = createHash('sha256')
  for (const file of [...files].sort((a, b) => compareBytes(a.name, b.name))) {
    if (file.name.includes('\n')) throw new RangeError('dirhash: filenames with newlines are not supported')
    if (!file.name.isWellFormed()) throw new RangeError(`dirhash: malformed filename ${JSON.stringify(file.name)}`)
    sum.update(`${hexDigest(file)}  ${file.name}\n`)
  }
  return `h1:${sum.digest('base64')}`
}

function hexDigest(file: HashedFile): string {
  if ('content' in file) return hash('sha256', file.content)
  if (file.digest.length !== 32) throw new RangeError(`dirhash: not a SHA-256 of ${JSON.stringify(file.name)}`)
  return Buffer.from(file.digest).toString('hex')
}

/**
 * Orders texts by their UTF-8 bytes, as Go does. Code units give that order too, except that surrogates, which stand for characters
 * above all others, come before U+E000 to U+FFFF.
 */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1
  }
  return a.length - b.length
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
