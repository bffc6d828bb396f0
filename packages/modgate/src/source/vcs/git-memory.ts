/** What has been read of commits and will never be otherwise: their times, small files, what lies before them. */

export interface GitMemory {
  /** The answer under a key, asked for once; failures are forgotten, and answers longer than 16 KiB. */
  recall<T>(key: string, ask: () => Promise<T>): Promise<T>
}

/** Bytes of a memory for repositories that are rarely asked for. */
export const smallMemoryBytes = 4 << 20

/** Longer answers are read again. */
const maxRemembered = 16 << 10
/** What an entry takes beside its key and its answer. */
const entryBytes = 200

interface Entry {
  readonly answer: Promise<unknown>
  bytes: number
}

/** A memory of so many bytes for all repositories, which forgets what was not recalled for the longest time. Answers that of one URL. */
export function gitMemory(limit: number): (url: string) => GitMemory {
  const known = new Map<string, Entry>()
  let sum = 0

  function forget(key: string): void {
    sum -= known.get(key)?.bytes ?? 0
    known.delete(key)
  }

  function settled(key: string, entry: Entry, size: number): void {
    if (known.get(key) !== entry) return
    if (size > maxRemembered) {
      forget(key)
      return
    }
    entry.bytes = size + 2 * key.length + entryBytes
    sum += entry.bytes
    for (const oldest of known.keys()) {
      if (sum <= limit) break
      forget(oldest)
    }
  }

  return (url) => ({
    recall<T>(name: string, ask: () => Promise<T>): Promise<T> {
      const key = `${url} ${name}`
      const found = known.get(key)
      if (found) {
        known.delete(key)
        known.set(key, found)
        return found.answer as Promise<T>
      }
      const answer = ask()
      const entry: Entry = { answer, bytes: 0 }
      known.set(key, entry)
      answer.then(
        (value) => settled(key, entry, sizeOf(value)),
        () => known.get(key) === entry && forget(key),
      )
      return answer
    },
  })
}

function sizeOf(value: unknown): number {
  return value instanceof Uint8Array ? value.byteLength : Array.isArray(value) ? value.join().length : 0
}
