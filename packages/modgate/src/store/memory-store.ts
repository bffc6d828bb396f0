/** A store and checkpoints in memory: for tests, and for a gate that keeps nothing. */

import { readFile } from 'node:fs/promises'
import { bytesBody } from '../core/body.ts'
import type { Checkpoint, Checkpoints, Clock, Store } from '../core/ports.ts'
import { keyPath } from './keys.ts'

/** Like diskStore, without the disk. What was quarantined is seen in `quarantined`. */
export function memoryStore(): Store & { readonly quarantined: Map<string, string> } {
  const entries = new Map<string, Uint8Array>()
  const quarantined = new Map<string, string>()
  return {
    quarantined,
    async open(key) {
      const bytes = entries.get(keyPath('', key))
      return bytes && bytesBody(bytes)
    },
    async put(key, content) {
      const path = keyPath('', key)
      const bytes = content instanceof Uint8Array ? new Uint8Array(content) : await readFile(content.path)
      if (entries.has(path)) return false
      entries.set(path, bytes)
      return true
    },
    async *list(prefix) {
      for (const [key, bytes] of entries) {
        if (prefix === '' || key.startsWith(`${prefix.replace(/\/$/, '')}/`)) yield { key, size: bytes.byteLength }
      }
    },
    async remove(key) {
      return entries.delete(keyPath('', key))
    },
    async quarantine(key, reason, refused) {
      if (refused === undefined) entries.delete(keyPath('', key))
      quarantined.set(key, reason)
    },
  }
}

/** Checkpoints in memory. */
export function memoryCheckpoints(clock: Pick<Clock, 'now'>): Checkpoints {
  const values = new Map<string, Checkpoint>()
  return {
    async read(name) {
      return values.get(keyPath('', name))
    },
    async replace(name, old, next) {
      const path = keyPath('', name)
      const now = values.get(path)?.bytes
      const equal = now === undefined || old === undefined ? now === old : Buffer.compare(now, old) === 0
      if (equal) values.set(path, { bytes: new Uint8Array(next), at: clock.now() })
      return equal
    },
    async write(name, next) {
      values.set(keyPath('', name), { bytes: new Uint8Array(next), at: clock.now() })
    },
    settle: async () => undefined,
    async touch(name) {
      const path = keyPath('', name)
      const value = values.get(path)
      if (value) values.set(path, { ...value, at: clock.now() })
    },
    async remove(name, old) {
      const path = keyPath('', name)
      const now = values.get(path)?.bytes
      return now !== undefined && Buffer.compare(now, old) === 0 && values.delete(path)
    },
  }
}
