/**
 * Fingerprints of records on disk, a file for each run of them, in the order of the records. They only spare the reading of the records: a
 * run that is not there or not what was written is made again. It is sealed with a secret of the log, over the hash that the tree has above
 * its records, so that neither a disk, nor a hand that has no key, nor a run of another log can hide a record.
 */

import { hash } from 'node:crypto'
import { storedHashIndex, type Tree } from '@modgate/gomod/tlog'
import type { Checkpoints, ModuleVersion } from '../../core/ports.ts'
import type { LogNames } from './log-names.ts'
import { isSeal, logSecret, sealOf, sealSize } from './log-secrets.ts'
import type { LogTiles } from './log-tiles.ts'
import { fingerprintBits } from './record-table.ts'

/** Few enough to read anew at each start what is behind the last run, and enough for some hundred files at ten million records. */
const runHeight = 14
export const runLength = 2 ** runHeight

const fingerprintSize = fingerprintBits / 8

export interface IndexRuns {
  /** The same version has always the same one; nobody without the key can make two versions meet. */
  fingerprint(module: ModuleVersion): number
  /** The fingerprints of a run; undefined where they are not kept. Rejects with a TlogError where tiles do not fit the tree. */
  read(run: number, tree: Tree): Promise<readonly number[] | undefined>
  /** Keeps a run that is complete. */
  write(run: number, fingerprints: readonly number[], tree: Tree): Promise<void>
}

export interface IndexRunOptions {
  readonly checkpoints: Checkpoints
  readonly names: LogNames
  readonly tiles: LogTiles
  /** `PRIVATE+KEY+…`: what the secrets are derived from. */
  readonly signerKey: string
}

export function indexRuns({ checkpoints, names, tiles, signerKey }: IndexRunOptions): IndexRuns {
  const secret = logSecret(signerKey, 'index seal')
  const marking = logSecret(signerKey, 'index fingerprint').toString('hex')

  async function sealing(run: number, data: Uint8Array, tree: Tree): Promise<Uint8Array> {
    const [above] = await tiles.reader(tree).readHashes([storedHashIndex(runHeight, run)])
    return sealOf(secret, above!, data)
  }

  return {
    fingerprint({ path, version }) {
      return parseInt(hash('sha256', `${marking} ${path}@${version}`).slice(0, fingerprintBits / 4), 16)
    },
    async read(run, tree) {
      const bytes = (await checkpoints.read(names.index(run)))?.bytes
      if (bytes?.length !== sealSize + runLength * fingerprintSize) return undefined
      const data = bytes.subarray(sealSize)
      return isSeal(bytes.subarray(0, sealSize), await sealing(run, data, tree)) ? parse(data) : undefined
    },
    async write(run, fingerprints, tree) {
      const data = format(fingerprints)
      await checkpoints.write(names.index(run), Buffer.concat([await sealing(run, data, tree), data]))
    },
  }
}

function format(fingerprints: readonly number[]): Buffer {
  const data = Buffer.alloc(fingerprints.length * fingerprintSize)
  for (const [i, fingerprint] of fingerprints.entries()) {
    data.writeUIntBE(fingerprint, i * fingerprintSize, fingerprintSize)
  }
  return data
}

function parse(bytes: Uint8Array): readonly number[] {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: data.length / fingerprintSize }, (_, i) =>
    data.readUIntBE(i * fingerprintSize, fingerprintSize),
  )
}
