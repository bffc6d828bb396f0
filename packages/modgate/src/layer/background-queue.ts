/** Work behind everybody's back: so many at a time, each client's in its own order, the clients taking turns. */

export interface BackgroundQueue {
  /** Queues a job of a client. Jobs never reject. */
  add(client: string, job: () => Promise<void>): void
  /** Jobs that wait or run. */
  readonly size: number
  /** Forgets all jobs that have not started. */
  clear(): void
}

/** At most `width` jobs run at once, and at most `limit` wait: what comes beyond is dropped, since nobody waits for it. */
export function backgroundQueue(width: number, limit: number): BackgroundQueue {
  const waiting = new Map<string, (() => Promise<void>)[]>()
  let queued = 0
  let running = 0

  function next(): (() => Promise<void>) | undefined {
    const turn = waiting.entries().next()
    if (turn.done) return undefined
    const [client, jobs] = turn.value
    const job = jobs.shift()
    // To the end of the row: the next turn is another client's.
    waiting.delete(client)
    if (jobs.length > 0) waiting.set(client, jobs)
    queued--
    return job
  }

  function pump(): void {
    while (running < width) {
      const job = next()
      if (!job) return
      running++
      void job().finally(() => {
        running--
        pump()
      })
    }
  }

  return {
    add(client, job) {
      if (queued >= limit) return
      const jobs = waiting.get(client)
      if (jobs) jobs.push(job)
      else waiting.set(client, [job])
      queued++
      pump()
    },
    get size() {
      return queued + running
    },
    clear() {
      waiting.clear()
      queued = 0
    },
  }
}
