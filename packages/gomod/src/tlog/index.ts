/**
 * The tamper-evident log under a checksum database (x/mod/sumdb/tlog; RFC 6962).
 *
 * Records are the leaves of a Merkle tree. Whoever knows a signed root can check that a record is in the tree, and that a
 * newer tree begins with an older one, with a few hashes. Those come in tiles: files that never change once they are full,
 * so that a log can be served and cached as static files.
 *
 * A `Hash` is 32 bytes and mostly a view into a tile: no copy, no decoding while proofs are computed; base64 is for
 * texts only. Counts are plain numbers, and arithmetic avoids bit operators, which end at 2^32; see `maxTreeSize`.
 * Readers are asynchronous, everything else is computed at once.
 */
export { TlogError, type TlogErrorKind } from './error.ts'
export { emptyTreeHash, equalHashes, formatHash, type Hash, hashSize, nodeHash, parseHash, recordHash } from './hash.ts'
export { memoryTree, type MemoryTree } from './memory-tree.ts'
export { checkRecord, checkTree, type Proof, proveRecord, proveTree, treeHash } from './proof.ts'
export { formatRecord, isValidRecordText, type ParsedRecord, parseRecord } from './record.ts'
export {
  type HashReader,
  maxTreeSize,
  splitStoredHashIndex,
  storedHashCount,
  storedHashes,
  storedHashesForRecordHash,
  storedHashIndex,
} from './stored.ts'
export {
  hashFromTile,
  maxTileHeight,
  newTiles,
  parseTilePath,
  readTileData,
  type Tile,
  tileForIndex,
  tileInTree,
  tilePath,
} from './tile.ts'
export { tileHashReader, type TileReader } from './tile-hash-reader.ts'
export { formatTree, parseCount, parseTree, type Tree } from './tree.ts'
