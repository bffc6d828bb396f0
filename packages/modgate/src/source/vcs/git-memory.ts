/** What has been read of commits and will never be otherwise: their times, small files, what lies before them. */

/** Entries of one repository; most are a line, none is more than `maxRemembered` bytes. */
const maxEntries = 4_000

export interface GitMemory {
  /** The answer under a key, asked for once; failures are forgotten, and answers longer than 16 KiB. */
  recall<T>(key: string, ask: () => Promise<T>): Promise<T>
}

/** Longer answers are read again. */
const maxRemembered = 16 << 10

/** A memory that forgets what was not recalled for the longest time. */
export function gitMemory(): GitMemory {
  const known = new Map<string, Promise<unknown>>()
  return {
    recall<T>(key: string, ask: () => Promise<T>): Promise<T> {
      const answer = (known.get(key) as Promise<T> | undefined) ?? ask()
      known.delete(key)
      known.set(key, answer)
      for (const oldest of known.keys()) {
        if (known.size <= maxEntries) break
        known.delete(oldest)
      }
      answer.then(
        (value) => sizeOf(value) > maxRemembered && known.delete(key),
        () => known.delete(key),
      )
      return answer
    },
  }
}

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : Array.isArray(value) ? value.join().length : 0
}
