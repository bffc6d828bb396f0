/**
 * Checkpoints for somebody who may only look: what is changed is seen by the one who changed it and by nobody else, and is gone with it.
 * Code that mends what it finds half done can so be run on a directory without mending it.
 */

import type { Checkpoint, Checkpoints, Clock } from '../core/ports.ts'

export function readOnlyCheckpoints(below: Pick<Checkpoints, 'read'>, clock: Pick<Clock, 'now'>): Checkpoints {
  const changed = new Map<string, Checkpoint | undefined>()

  const read = async (name: string) => (changed.has(name) ? changed.get(name) : below.read(name))
  const change = (name: string, bytes: Uint8Array | undefined) =>
    void changed.set(name, bytes && { bytes, at: clock.now() })

  async function swap(name: string, old: Uint8Array | undefined, next: Uint8Array | undefined): Promise<boolean> {
    const found = changed.has(name) ? undefined : await below.read(name)
    // From here on nobody comes in between.
    const now = (changed.has(name) ? changed.get(name) : found)?.bytes
    if (now === undefined || old === undefined ? now !== old : Buffer.compare(now, old) !== 0) return false
    change(name, next)
    return true
  }

  return {
    read,
    replace: swap,
    write: async (name, next) => change(name, next),
    settle: async () => undefined,
    async touch(name) {
      const found = await read(name)
      if (found) change(name, found.bytes)
    },
    remove: async (name, old) => swap(name, old, undefined),
  }
}
