/** The proof that a record is in the log: from the record's hash to the root that was signed, believed by nobody before it is checked. */

import { newVerifier, open } from '@modgate/gomod/note'
import {
  checkRecord,
  formatHash,
  parseHash,
  proveRecord,
  recordHash,
  tileHashReader,
  TlogError,
  type Proof,
  type Tree,
} from '@modgate/gomod/tlog'
import { Failure } from '../../core/failure.ts'
import type { CoveringLog, LoggedRecord } from './covering-log.ts'
import { tileHeight } from './log-tiles.ts'

export interface RecordProof {
  readonly tree: Tree
  /** The hashes that lead from the record to the root, lowest first. */
  readonly proof: Proof
  /** The signed head that has this root, with the log's own origin line. */
  readonly checkpoint: string
}

/** Proves a record by the newest signed head. Throws a Failure `log-damaged` where that cannot be. */
export async function proveInLog(log: CoveringLog, { id, text }: LoggedRecord): Promise<RecordProof> {
  const checkpoint = Buffer.from(await log.checkpoint()).toString()
  const tree = signedTree(checkpoint, log.verifierKey)
  const reader = tileHashReader(tree, {
    height: tileHeight,
    readTiles: (tiles) => Promise.all(tiles.map((tile) => log.readTile(tile))),
    saveTiles: async () => undefined,
  })
  try {
    const proof = await proveRecord(tree.size, id, reader)
    checkRecord(proof, tree, { n: id, hash: recordHash(Buffer.from(text)) })
    return { tree, proof, checkpoint }
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    const asked = `record ${id} of ${log.name}`
    throw new Failure('log-damaged', { asked, who: 'modgate', why: error.message, cause: error })
  }
}

function signedTree(checkpoint: string, verifierKey: string): Tree {
  const [, size = '', root = ''] = open(checkpoint, [newVerifier(verifierKey)]).text.split('\n')
  return { size: Number(size), hash: parseHash(root) }
}

/** The proof as a file that convinces whoever has the record and the log's key, without asking anybody (C2SP tlog-proof). */
export function formatProofFile(id: number, { proof, checkpoint }: RecordProof): string {
  return ['c2sp.org/tlog-proof@v1', `index ${id}`, ...proof.map(formatHash), '', checkpoint].join('\n')
}
