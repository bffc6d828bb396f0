import { TlogError } from './error.ts'
import { formatHash, type Hash, parseHash } from './hash.ts'
import { maxTreeSize } from './stored.ts'

/** A tree head: how many records, and the root over them. */
export interface Tree {
  readonly size: number
  readonly hash: Hash
}

const treeHeader = 'go.sum database tree'
const maxTreeText = 1_000_000

/** Formats a tree head as the text that is signed: header, size, root (x/mod/sumdb/tlog, FormatTree). */
export function formatTree({ size, hash }: Tree): string {
  return `${treeHeader}\n${size}\n${formatHash(hash)}\n`
}

/**
 * Reads a tree head. Further lines are ignored, as x/mod asks for the sake of later formats. Throws a `TlogError`
 * `malformed`, also for a size with a sign or a leading zero, or beyond `maxTreeSize`.
 */
export function parseTree(text: string): Tree {
  const [header, size = '', hash = '', ...rest] = text.length > maxTreeText ? [] : text.split('\n', 4)
  if (header !== treeHeader || rest.length === 0) throw malformedTree()
  const count = parseCount(size)
  if (count === undefined || count > maxTreeSize) throw malformedTree()
  return { size: count, hash: parseHash(hash) }
}

/**
 * Reads a decimal count in its only form: no sign, no leading zero, exact as a number; `undefined` otherwise. Two
 * spellings of one number would be two texts that mean the same.
 */
export function parseCount(text: string): number | undefined {
  const count = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : undefined
  return count !== undefined && Number.isSafeInteger(count) ? count : undefined
}

function malformedTree(): TlogError {
  return new TlogError('malformed', 'malformed tree note')
}
