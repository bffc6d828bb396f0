/**
 * Directory hashes (`golang.org/x/mod/sumdb/dirhash`): the `h1:` of go.sum files and checksum databases.
 *
 * The hash covers names and contents, not the bytes of an archive, so a zip that is packed differently keeps its h1. All functions are
 * synchronous and hold no more than one member's share of memory.
 */
import { hash } from 'node:crypto'

export { compareBytes, hash1 } from './hash1.ts'
export type { HashedFile } from './hash1.ts'
export { hashModuleZip, hashZip } from './hash-zip.ts'

/** The `h1:` hash of a go.mod file, as it stands in the `/go.mod` lines of go.sum: of one file named `go.mod`. */
export function hashGoMod(content: Uint8Array | string): string {
  // As hash1 has it, in two steps without a state: a graph has hundreds of these.
  return `h1:${hash('sha256', `${hash('sha256', content)}  go.mod\n`, 'base64')}`
}
