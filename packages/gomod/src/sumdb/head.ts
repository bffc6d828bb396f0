import { open, type Verifier } from '../note/index.ts'
import { equalHashes, formatHash, parseTree, proveTree, treeHash, type Tree } from '../tlog/index.ts'
import { asSumdbError, ForkError } from './error.ts'
import type { Tiles } from './tiles.ts'

/** A tree head whose signature was checked, and the note that says so. */
export interface Head {
  readonly tree: Tree
  readonly note: Uint8Array
}

/** Opens a signed tree head. Throws a `SumdbError`, `malformed` or `unverified`, whose message begins with `what`. */
export function openHead(note: Uint8Array, verifier: Verifier, what: string): Head {
  try {
    return { tree: parseTree(open(note, [verifier]).text), note }
  } catch (error) {
    throw asSumdbError(error, what)
  }
}

/**
 * Checks that `newer` begins with `older`, whose size is not larger. Rejects with a `ForkError` when both are signed and
 * cannot both be true, and with what reading tiles rejects with when that cannot be found out.
 */
export async function checkExtends(newer: Head, older: Head, tiles: Tiles): Promise<void> {
  const { size, hash } = older.tree
  if (size === newer.tree.size) {
    // Two signed roots of one size need no further proof, and none may be available.
    if (!equalHashes(hash, newer.tree.hash)) throw forkError(newer, older, [])
    return
  }
  const reader = tiles.hashReader(newer.tree)
  const found = await treeHash(size, reader)
  if (equalHashes(found, hash)) return
  const proof = size === 0 ? [] : await proveTree(newer.tree.size, size, reader)
  throw forkError(newer, older, [found, ...proof].map(formatHash))
}

function forkError(newer: Head, older: Head, proof: readonly string[]): ForkError {
  const decoder = new TextDecoder()
  return new ForkError({ older: decoder.decode(older.note), newer: decoder.decode(newer.note), proof })
}
