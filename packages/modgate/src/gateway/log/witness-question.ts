/** One question to a witness (C2SP tlog-witness): the newest head, with the proof that it extends what the witness has cosigned last. */

import type { Verifier } from '@modgate/gomod/note'
import { proveTree, tileHashReader, TlogError, type Proof, type Tree } from '@modgate/gomod/tlog'
import { counted } from '../../core/counted.ts'
import type { FailureCode } from '../../core/failure-codes.ts'
import { Failure } from '../../core/failure.ts'
import type { Clock } from '../../core/ports.ts'
import type { WitnessRemote } from '../../source/witness-remote.ts'
import type { Cosignatures } from './cosignatures.ts'
import type { CoveringLog } from './covering-log.ts'
import { tileHeight } from './log-tiles.ts'
import { formatAddCheckpoint, readVerdict, textOf, treeOf, type Verdict } from './witness-protocol.ts'

export interface QuestionOptions {
  readonly verifier: Verifier
  readonly remote: WitnessRemote
  readonly log: Pick<CoveringLog, 'checkpoint' | 'readTile'>
  readonly kept: Cosignatures
  readonly clock: Clock
}

export type QuestionResult =
  | Exclude<Verdict['kind'], 'size'>
  | 'ahead' // it has cosigned more records than the log has
  | 'conflict' // it names one size after another
  | FailureCode // no answer, or a log that could not be read

export interface Ended {
  readonly result: QuestionResult
  /** Records of the head that was shown last. */
  readonly size: number
  readonly why?: string
}

/** For one answer, milliseconds. */
const answerMs = 30_000
/** Times that the witness may name another size. */
const mostTurns = 3
/** Until the head of another gate of the store is seen here for certain, milliseconds. */
const momentMs = 1000

/** Undefined where the newest head is cosigned already, or empty. Rejects with the signal's reason, and with nothing else. */
export async function askWitness(options: QuestionOptions, signal: AbortSignal): Promise<Ended | undefined> {
  try {
    return await turns(options, signal)
  } catch (error) {
    if (signal.aborted) throw error
    const code = error instanceof TlogError ? 'log-damaged' : 'internal-error'
    const { message: why } = error as Error
    return error instanceof Failure ? { result: error.code, size: 0, why: error.why } : { result: code, size: 0, why }
  }
}

async function turns(options: QuestionOptions, signal: AbortSignal): Promise<Ended | undefined> {
  const { verifier, log, kept, clock } = options
  const [last] = await kept.last(verifier)
  let old = last ? treeOf(last.text).size : 0
  let ended: Ended | undefined
  for (let turn = 0; turn < mostTurns; turn++) {
    const head = await headOf(log)
    const { size } = head.tree
    if (size === 0 || head.text === last?.text) return undefined
    if (old > size) {
      // Another gate of this store may have shown it a head that is new here.
      ended = { result: 'ahead', size, why: `it has cosigned ${counted(old, 'record')}, and the log has ${size}` }
      await clock.sleep(momentMs, signal)
      continue
    }
    const verdict = await put(options, { head, old }, signal)
    if (verdict.kind === 'cosigned') {
      await kept.keep(verifier, { text: head.text, signature: verdict.signature })
      return { result: 'cosigned', size }
    }
    if (verdict.kind !== 'size') return { result: verdict.kind, size, why: verdict.why }
    if (verdict.size === old) return { size, ...sameSize(old, size) }
    ended = {
      result: 'conflict',
      size,
      why: `it said that it had cosigned ${counted(old, 'record')}, then ${verdict.size}`,
    }
    old = verdict.size
  }
  return ended
}

interface Head {
  /** With its signature. */
  readonly checkpoint: string
  readonly text: string
  readonly tree: Tree
}

async function headOf(log: QuestionOptions['log']): Promise<Head> {
  const checkpoint = Buffer.from(await log.checkpoint()).toString()
  const text = textOf(checkpoint)
  return { checkpoint, text, tree: treeOf(text) }
}

interface Shown {
  readonly head: Head
  /** Records that the witness has cosigned. */
  readonly old: number
}

async function put(
  { log, remote, verifier }: QuestionOptions,
  { head: { checkpoint, tree }, old }: Shown,
  signal: AbortSignal,
): Promise<Verdict> {
  const proof = await proofOf(log, tree, old)
  const limit = AbortSignal.any([signal, AbortSignal.timeout(answerMs)])
  return readVerdict(
    await remote.addCheckpoint(formatAddCheckpoint({ old, proof, checkpoint }), limit),
    checkpoint,
    verifier,
  )
}

async function proofOf({ readTile }: QuestionOptions['log'], tree: Tree, old: number): Promise<Proof> {
  if (old === 0 || old === tree.size) return []
  const reader = tileHashReader(tree, {
    height: tileHeight,
    readTiles: (tiles) => Promise.all(tiles.map((tile) => readTile(tile))),
    saveTiles: async () => undefined,
  })
  return proveTree(tree.size, old, reader)
}

/** It refuses the size that it has named itself. */
function sameSize(old: number, size: number): Omit<Ended, 'size'> {
  return old === size
    ? { result: 'forked', why: `it has cosigned another tree of ${counted(size, 'record')}` }
    : { result: 'invalid', why: `it answered 409 with the size ${old} that it was asked with` }
}
