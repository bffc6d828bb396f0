import type { ClientOps, RemoteDatabase } from './ports.ts'

/** A client's outside in memory, open to inspection. */
export interface MemoryOps extends ClientOps {
  readonly config: Map<string, Uint8Array>
  readonly cache: Map<string, Uint8Array>
  readonly messages: string[]
  readonly securityErrors: string[]
}

/** Returns a client's outside that keeps pin and cache in memory: for tests, and for one-shot tools that keep nothing. */
export function memoryOps(readRemote: RemoteDatabase['readRemote']): MemoryOps {
  const config = new Map<string, Uint8Array>()
  const cache = new Map<string, Uint8Array>()
  const messages: string[] = []
  const securityErrors: string[] = []
  const pin = (file: string): Uint8Array => config.get(file) ?? new Uint8Array()
  return {
    config,
    cache,
    messages,
    securityErrors,
    readRemote,
    readConfig: async (file) => pin(file),
    async writeConfig(file, old, next) {
      if (Buffer.compare(pin(file), old) !== 0) return false
      config.set(file, next)
      return true
    },
    readCache: async (file) => cache.get(file),
    writeCache: async (file, data) => void cache.set(file, data),
    log: (message) => void messages.push(message),
    securityError: (message) => void securityErrors.push(message),
  }
}
