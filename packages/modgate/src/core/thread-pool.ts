/** Worker threads for work that the event loop has no time for: started when the first task comes, ended when none has come for a while. */

import { Worker } from 'node:worker_threads'

export interface ThreadPool<Task, Result> {
  /** What the script answers to a task. Rejects with a ThreadLost where the thread died over it, or the pool was closed. */
  run(task: Task): Promise<Result>
  /** Starts a thread for a task that is about to come, where there is none. */
  prepare(): void
  /** Ends the threads; what waits or is under way is rejected. */
  close(): Promise<void>
}

/** There is no answer: the thread died, and `cause` says of what, or the pool was closed, and there is none. */
export class ThreadLost extends Error {}

interface Waiting<Task, Result> {
  readonly task: Task
  readonly settle: PromiseWithResolvers<Result>
}

interface Thread<Task, Result> {
  readonly worker: Worker
  busy: Waiting<Task, Result> | undefined
}

/** Milliseconds without work after which a thread gives its memory back. */
const idleMs = 10_000

/** A pool of at most `size` threads that run `script`, which answers each message that it gets with one message. */
export function threadPool<Task, Result>(size: number, script: URL): ThreadPool<Task, Result> {
  const queue: Waiting<Task, Result>[] = []
  const threads = new Set<Thread<Task, Result>>()
  let idle: NodeJS.Timeout | undefined
  let closed = false

  function start(): Thread<Task, Result> {
    const thread: Thread<Task, Result> = { worker: new Worker(script), busy: undefined }
    thread.worker.on('message', (result: Result) => {
      thread.busy!.settle.resolve(result)
      thread.busy = undefined
      // Work in hand keeps the process alive; a thread that waits does not.
      thread.worker.unref()
      schedule()
    })
    const lost = (cause: unknown) => {
      threads.delete(thread)
      thread.busy?.settle.reject(closed ? new ThreadLost() : new ThreadLost('the thread died', { cause }))
      thread.busy = undefined
      schedule()
    }
    thread.worker.on('error', lost)
    thread.worker.on('exit', (code) => lost(new Error(`the worker ended with ${code}`)))
    threads.add(thread)
    return thread
  }

  function schedule(): void {
    clearTimeout(idle)
    while (queue.length > 0) {
      const free = [...threads].find(({ busy }) => !busy) ?? (threads.size < size ? start() : undefined)
      if (!free) return
      free.busy = queue.shift()!
      free.worker.ref()
      free.worker.postMessage(free.busy.task)
    }
    if (!closed && [...threads].every(({ busy }) => !busy)) idle = setTimeout(() => void end(), idleMs).unref()
  }

  async function end(): Promise<void> {
    const all = [...threads]
    threads.clear()
    await Promise.all(all.map(({ worker }) => worker.terminate()))
  }

  return {
    async run(task) {
      const settle = Promise.withResolvers<Result>()
      if (closed) throw new ThreadLost()
      queue.push({ task, settle })
      schedule()
      return settle.promise
    },
    prepare() {
      if (closed || threads.size > 0) return
      start().worker.unref()
      schedule()
    },
    async close() {
      closed = true
      clearTimeout(idle)
      for (const { settle } of queue.splice(0)) settle.reject(new ThreadLost())
      await end()
    },
  }
}
