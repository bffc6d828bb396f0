import { createHash } from 'node:crypto'
import { fileTree } from './file-tree.ts'

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
