import type { ClientOps } from './ports.ts'

/** The cache as a client uses it: a cache that fails is a cache that is empty. */
export interface Cache {
  read(path: string): Promise<Uint8Array | undefined>
  write(path: string, data: Uint8Array): Promise<void>
}

/** Returns the cache of `ops` below the database's name; paths begin with a slash. It logs failures and never rejects. */
export function cache(name: string, ops: ClientOps): Cache {
  const report = (verb: string, path: string) => (error: unknown) => {
    ops.log(`${name}: cannot ${verb} cached ${path}: ${String(error)}`)
    return undefined
  }
  return {
    read: async (path) => ops.readCache(name + path).catch(report('read', path)),
    write: async (path, data) => ops.writeCache(name + path, data).catch(report('write', path)),
  }
}
