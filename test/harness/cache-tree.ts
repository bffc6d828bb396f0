import { createHash } from 'node:crypto'
import { fileTree, treeDifferences } from './file-tree.ts'

/** What depends on the moment: tiles are as wide as the tree was when they were asked for, and `go mod download` locks go.sum here. */
const passing = /^cache\/lock$|^cache\/download\/sumdb\/[^/]+\/tile(?:\/|$)/

/** What a module cache holds for good: of each path below `root` its mode, and the hash of its content. */
export function cacheTree(root: string): Readonly<Record<string, string>> {
  const kept = Object.entries(fileTree(root)).filter(([path]) => path !== '' && !passing.test(path))
  return Object.fromEntries(kept.map(([path, described]) => [path, digested(described)]))
}

/** A difference of two zips is no text that anybody reads. */
function digested(described: string): string {
  const [kind = ''] = described.split('\n', 1)
  return kind === described ? kind : `${kind} ${createHash('sha256').update(described).digest('hex')}`
}

/** In what two module caches differ for good, also where they are large. */
export function cacheDifferences(one: string, other: string): readonly string[] {
  return treeDifferences(one, other, { isPassing: (path) => passing.test(path), counting: withoutHead })
}

const lookup = /^cache\/download\/sumdb\/[^/]+\/lookup\//

/** A record of a checksum database comes with the tree head of the moment behind it, after a blank line. */
function withoutHead(path: string, bytes: Buffer): Buffer {
  const end = lookup.test(path) ? bytes.indexOf('\n\n') : -1
  return end < 0 ? bytes : bytes.subarray(0, end)
}
