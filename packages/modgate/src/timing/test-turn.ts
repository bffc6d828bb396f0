/** Turns for tests. */

import type { ChainTurns } from './chain-rounds.ts'
import { fileKinds, type FileTiming, type Turn } from './chain-turn.ts'

/** A turn in which the files of one module took so long each. */
export function testTurn(firstByteMs: number, changes: Partial<Turn> = {}): Turn {
  const files = fileKinds.map((kind) => testFile(kind, firstByteMs))
  return { files, requests: 3, connections: 1, wallMs: 10 * firstByteMs, ...changes }
}

export function testFile(kind: FileTiming['kind'], firstByteMs: number): FileTiming {
  return { path: 'a.example', version: 'v1.0.0', kind, firstByteMs, totalMs: 2 * firstByteMs, bytes: 100 }
}

export function failedFile(kind: FileTiming['kind'], message = 'it broke'): FileTiming {
  return { path: 'a.example', version: 'v1.0.0', kind, bytes: 0, failure: { code: 'upstream-error', message } }
}

export const testChain = (name: string, ...turns: readonly Turn[]): ChainTurns => ({ name, turns })

export const testWork = { modules: [{ path: 'a.example', version: 'v1.0.0' }], rounds: 3, width: 8 }
