import { type Hash, recordHash } from './hash.ts'
import { treeHash } from './proof.ts'
import { completedBy, completeSubtrees, type HashReader, outOfRange } from './stored.ts'
import type { Tree } from './tree.ts'

/** A growing tree whose hashes all stand in memory: about 64 bytes and an object a record. */
export interface MemoryTree extends HashReader {
  /** How many records it has. */
  readonly size: number
  /** Appends a record and returns its number. */
  append(record: Uint8Array): number
  /** Returns the tree head. */
  head(): Promise<Tree>
}

/** Returns an empty tree in memory: for tests, for small logs, and for recomputing the root of a log under audit. */
export function memoryTree(): MemoryTree {
  const stored: Hash[] = []
  let size = 0
  const hashAt = (index: number): Hash => {
    const hash = stored[index]
    if (hash === undefined) throw outOfRange(`stored hash ${index} is not in a tree of ${size} records`)
    return hash
  }
  const tree: MemoryTree = {
    get size() {
      return size
    },
    append(record) {
      stored.push(...completeSubtrees(recordHash(record), completedBy(size).map(hashAt)))
      return size++
    },
    readHashes: async (indexes) => indexes.map(hashAt),
    async head() {
      const at = size
      return { size: at, hash: await treeHash(at, tree) }
    },
  }
  return tree
}
