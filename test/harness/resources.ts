import { readdir, readFile } from 'node:fs/promises'

export interface Resources {
  /** Resident memory, bytes. */
  readonly memory: number
  /** Open descriptors. */
  readonly descriptors: number
}

/** What a process holds (proc(5)); undefined where the system does not tell. */
export async function resourcesOf(pid: number): Promise<Resources | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const kibibytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1])
    return { memory: kibibytes * 1024, descriptors: (await readdir(`/proc/${pid}/fd`)).length }
  } catch {
    return undefined
  }
}

/** Looks again and again until `holds` is true of what it sees, for so many milliseconds at most. Returns what it saw last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  milliseconds = 10_000,
): Promise<T> {
  const end = Date.now() + milliseconds
  for (;;) {
    const seen = await look()
    if (holds(seen) || Date.now() > end) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
