/** Logs for tests: over checkpoints that can break off at any point, checked by a client that believes nothing. */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKey, type KeyPair } from '@modgate/gomod/note'
import { memoryOps, serve, sumdbClient, type ServerOps } from '@modgate/gomod/sumdb'
import { Failure } from '../../core/failure.ts'
import type { Checkpoints, Clock, ModuleVersion } from '../../core/ports.ts'
import { memoryCheckpoints } from '../../store/memory-store.ts'
import type { CoveringLog } from './covering-log.ts'
import type { Guarded, LogGuard } from './log-guard.ts'
import { ownLog } from './own-log.ts'

export const testClock: Clock = { now: () => 1_700_000_000_000, sleep: (ms) => sleep(Math.min(ms, 1)) }

export interface LogWorld {
  readonly keys: KeyPair
  readonly checkpoints: Checkpoints
  readonly guard: LogGuard & { guarded: Guarded | undefined }
  /** Another process on the same store: a log of its own. */
  open(over?: { readonly checkpoints?: Checkpoints; readonly guard?: LogGuard }): CoveringLog
}

export function logWorld(keys = generateKey('gate.example/log')): LogWorld {
  const checkpoints = memoryCheckpoints(testClock)
  const guard = memoryGuard()
  const { signer: signerKey, verifier: verifierKey } = keys
  return {
    ...{ keys, checkpoints, guard },
    open: (over = {}) => ownLog({ signerKey, verifierKey, checkpoints, guard, clock: testClock, ...over }),
  }
}

export function memoryGuard(): LogGuard & { guarded: Guarded | undefined } {
  const guard = {
    place: 'the test guard',
    guarded: undefined as Guarded | undefined,
    read: async () => guard.guarded,
    write: async (guarded: Guarded) => void (guard.guarded = guarded),
  }
  return guard
}

export const moduleAt = (i: number): ModuleVersion => ({ path: `m${i}.example/x`, version: 'v1.0.0' })

/** A record of a version; `variant` makes another one of the same version. */
export function recordText({ path, version }: ModuleVersion, variant = 'A'): string {
  const h1 = `h1:${variant.repeat(43)}=`
  return `${path} ${version} ${h1}\n${path} ${version}/go.mod ${h1}\n`
}

export const append = (log: CoveringLog, i: number, variant = 'A') =>
  log.append(moduleAt(i), recordText(moduleAt(i), variant))

/** Those from `from` to `to`, which is not among them, all at once. */
export const appendAll = (log: CoveringLog, from: number, to: number, variant = 'A') =>
  Promise.all(Array.from({ length: to - from }, (_, i) => append(log, from + i, variant)))

/** Fails at the `at`-th change, before or after it takes effect, and at every one after it: a process that was killed. */
export function killedAt(checkpoints: Checkpoints, at: number, when: 'before' | 'after'): Checkpoints {
  let changes = 0
  const guarded = <A extends readonly unknown[], R>(change: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      const now = ++changes
      if (now > at || (now === at && when === 'before')) throw new Error('killed')
      const result = await change(...given)
      if (now === at) throw new Error('killed')
      return result
    }
  }
  return {
    ...checkpoints,
    replace: guarded((...given: Parameters<Checkpoints['replace']>) => checkpoints.replace(...given)),
    write: guarded((...given: Parameters<Checkpoints['write']>) => checkpoints.write(...given)),
    remove: guarded((...given: Parameters<Checkpoints['remove']>) => checkpoints.remove(...given)),
  }
}

/** The log as the handler of a checksum database sees it. */
export function serverOps(log: CoveringLog): ServerOps {
  return {
    signed: () => log.latest(),
    readRecords: (id, n) => log.readRecords(id, n),
    readTileData: (tile) => log.readTile(tile),
    lookup: async (path, version) => {
      const found = await log.find({ path, version })
      if (!found) throw new Failure('no-record', { asked: path, who: 'test', why: 'no record' })
      return found.id
    },
  }
}

/** Asks as the go command does, over the server's own answers; the pinned head outlives the client. */
export function suspiciousClient(log: CoveringLog) {
  const outside = memoryOps(async (path) => {
    const { status, body } = await serve(serverOps(log), path)
    assert.equal(status, 200, `${path}: ${Buffer.from(body).toString()}`)
    return body
  })
  const client = sumdbClient(log.verifierKey, outside)
  return { outside, lookup: (module: ModuleVersion) => client.lookupRecord(module.path, module.version) }
}

/** Every record is there once, proved to a client that has seen `pinned` before, and none is missing. */
export async function assertSound(log: CoveringLog, expected: ReadonlyMap<string, string>): Promise<void> {
  const { size } = await log.status()
  const client = suspiciousClient(log)
  const ids = new Set<number>()
  for (const [key, text] of expected) {
    const [path = '', version = ''] = key.split('@')
    const record = await client.lookup({ path, version })
    assert.equal(record.text, text)
    ids.add(record.id)
  }
  assert.equal(ids.size, expected.size)
  const kept = size === 0 ? [] : await log.readRecords(0, size)
  const modules = kept.map((text) => Buffer.from(text).toString().split(' ', 2).join('@'))
  assert.equal(new Set(modules).size, size, 'a version has two records')
  assert.deepEqual(client.outside.securityErrors, [])
}
