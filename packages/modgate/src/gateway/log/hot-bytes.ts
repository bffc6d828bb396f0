/** Bytes that are wanted again and again, in memory, up to so many. */

export interface HotBytes {
  get(name: string): Uint8Array | undefined
  /** Answers the bytes. What was wanted least recently makes room. */
  keep(name: string, bytes: Uint8Array): Uint8Array
}

export function hotBytes(most: number): HotBytes {
  const kept = new Map<string, Uint8Array>()
  let total = 0

  function forget(name: string): void {
    total -= kept.get(name)?.length ?? 0
    kept.delete(name)
  }

  function keep(name: string, bytes: Uint8Array): Uint8Array {
    forget(name)
    kept.set(name, bytes)
    total += bytes.length
    for (const oldest of kept.keys()) {
      if (total <= most) break
      forget(oldest)
    }
    return bytes
  }

  return {
    keep,
    get(name) {
      const bytes = kept.get(name)
      return bytes && keep(name, bytes)
    },
  }
}
