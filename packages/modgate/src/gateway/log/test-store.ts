/** Checkpoints with which tests bring about what happens once in a thousand days: bad moments, full disks, power cuts. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Checkpoints } from '../../core/ports.ts'

type Change = 'replace' | 'write' | 'remove' | 'settle'

/** Runs `meanwhile` once, after the first read of a name that matches and before its answer is given. */
export function interrupted(
  checkpoints: Checkpoints,
  matches: (name: string) => boolean,
  meanwhile: () => Promise<unknown>,
): Checkpoints {
  let done = false
  return {
    ...checkpoints,
    async read(name) {
      const found = await checkpoints.read(name)
      if (done || !matches(name)) return found
      done = true
      await meanwhile()
      return found
    },
  }
}

/** A disk that fails where `fails` says so; `log` has what was asked of it, failed or not. */
export function failing(checkpoints: Checkpoints, fails: (change: Change, name: string) => boolean) {
  const log: string[] = []
  async function guarded<T>(change: Change, name: string, action: () => Promise<T>): Promise<T> {
    log.push(`${change} ${name}`)
    if (fails(change, name)) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    return action()
  }
  const disk: Checkpoints = {
    ...checkpoints,
    replace: (name, ...rest) => guarded('replace', name, () => checkpoints.replace(name, ...rest)),
    write: (name, next) => guarded('write', name, () => checkpoints.write(name, next)),
    remove: (name, old) => guarded('remove', name, () => checkpoints.remove(name, old)),
    settle: (names) => guarded('settle', names.join(), () => checkpoints.settle(names)),
  }
  return { disk, log }
}

/** A disk on which no file of a record ever stays. */
export const forgetful = (checkpoints: Checkpoints): Checkpoints => ({
  ...checkpoints,
  write: async (name, next) => (name.includes('/lookup/') ? undefined : checkpoints.write(name, next)),
})

/** Counts what is read and written of the log, but for files of records that are read. */
export function counted(checkpoints: Checkpoints) {
  const asked: string[] = []
  const disk: Checkpoints = {
    ...checkpoints,
    async read(name) {
      if (!name.includes('/lookup/')) asked.push(`read ${name}`)
      return checkpoints.read(name)
    },
    async write(name, next) {
      asked.push(`write ${name}`)
      await checkpoints.write(name, next)
    },
  }
  return { disk, count: (part: string) => asked.filter((line) => line.includes(part)).length }
}

/** Bytes in use once all is collected that nobody holds. */
export function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // What the first time frees is given back by the second.
  for (let i = 0; i < 3; i++) collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** What was written is there for everybody, and gone after a power cut unless it was settled or durable. */
export function volatile(checkpoints: Checkpoints): Checkpoints & { powerCut(): void } {
  let unsettled = new Map<string, Uint8Array>()
  return {
    ...checkpoints,
    async read(name) {
      const bytes = unsettled.get(name)
      return bytes ? { bytes, at: 0 } : checkpoints.read(name)
    },
    async write(name, next) {
      unsettled.set(name, next)
    },
    async settle(names) {
      for (const name of names) {
        const bytes = unsettled.get(name)
        if (bytes) await checkpoints.write(name, bytes)
        unsettled.delete(name)
      }
    },
    async remove(name, old) {
      return unsettled.delete(name) || checkpoints.remove(name, old)
    },
    powerCut: () => void (unsettled = new Map()),
  }
}

/** Names that are there, of those that were ever replaced. */
export async function remaining(checkpoints: Checkpoints, log: readonly string[], part: string): Promise<number> {
  const names = new Set(log.filter((line) => line.startsWith('replace ') && line.includes(part)))
  const found = await Promise.all([...names].map((line) => checkpoints.read(line.slice('replace '.length))))
  return found.filter((each) => each !== undefined).length
}
