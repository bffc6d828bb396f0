/**
 * The covering log: the gate's own checksum database, which has a record of everything that the gate serves. What it is to the rest
 * of the house; sequencer.ts makes one over Checkpoints.
 *
 * A record is written once and for ever. The log only grows: a head that is no extension of the last one that was signed, which is
 * kept in a second place (the guard), is not signed.
 */

import type { Tile } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'
import type { Closed } from './closed.ts'
import type { BundledRecord } from './log-bundle.ts'

export interface CoveringLog {
  /** `host[/path]`, as in GOSUMDB. */
  readonly name: string
  /** The verifier line: `name+hash+key`. */
  readonly verifierKey: string
  /** The record of a module version, where the log has one: one read. */
  find(module: ModuleVersion): Promise<LoggedRecord | undefined>
  /**
   * Adds a record where the log has none of this version, and answers the one that it has then; first write wins, whoever writes.
   * Resolves when a signed head covers it. `text` is the two go.sum lines. Throws a Failure `log-closed` where the log refuses to
   * sign, and `store-failed` where it cannot write.
   */
  append(module: ModuleVersion, text: string): Promise<LoggedRecord>
  /** The same for many, which become records in their order. For one caller at a time: all of them wait for the last. */
  appendAll(records: readonly BundledRecord[]): Promise<readonly LoggedRecord[]>
  /** The signed head in Go's format (`/latest`); it covers every record that was answered before. */
  latest(): Promise<Uint8Array>
  /** The same head with the log's own origin line (C2SP tlog-checkpoint). */
  checkpoint(): Promise<Uint8Array>
  /** Hashes of a tile of height 8, `l >= 0`. Throws a Failure `module-not-found` for one that the tree has not. */
  readTile(tile: Tile): Promise<Uint8Array>
  /** The texts of the records `id` to `id + n - 1`. Throws a Failure `module-not-found` beyond the tree. */
  readRecords(id: number, n: number): Promise<readonly Uint8Array[]>
  /**
   * Up to so many records with their times, from a number on, or from the first one that was not appended before a time. The time that
   * this takes does not grow with the log. Throws a Failure `log-damaged` where the times are lost.
   */
  index(from: { readonly id: number } | { readonly time: number }, most: number): Promise<readonly IndexedRecord[]>
  /** How it stands, for people and for meters. */
  status(): Promise<LogStatus>
  /** Ends with the appends that are under way. */
  close(): Promise<void>
}

export interface LoggedRecord {
  /** Its number in the log, from 0. */
  readonly id: number
  /** The go.sum lines of the version and of its go.mod. */
  readonly text: string
}

export interface IndexedRecord extends LoggedRecord {
  /** When it was appended, microseconds since the epoch: later than every record before it. */
  readonly time: number
}

export type LogStatus = {
  readonly name: string
  readonly size: number
  /** Base64. */
  readonly root: string
  /** When the head was signed, milliseconds since the epoch; 0 for an empty log. */
  readonly signedAt: number
  /** Where the guard rests, and what it has. */
  readonly guard: { readonly path: string; readonly size: number; readonly root: string } | undefined
} & ({ readonly signs: true } | { readonly signs: false; readonly closed: Closed })
