/** Hashes module zips in worker threads, started when the first zip comes and ended when none has come for a while. */

import { Worker } from 'node:worker_threads'
import { Failure } from '../core/failure.ts'
import type { Hasher, ZipHash } from '../core/ports.ts'
import type { HashResult, HashTask } from './hash-worker.ts'

export interface HashPool extends Hasher {
  close(): Promise<void>
}

interface Waiting {
  readonly task: HashTask
  readonly settle: PromiseWithResolvers<ZipHash>
}

interface Thread {
  readonly worker: Worker
  busy: Waiting | undefined
}

/** Milliseconds without work after which a thread gives its memory back. */
const idleMs = 10_000

/** Beside this file, with its extension: sources run as they are, a package has them built. */
const hashWorker = (): URL => new URL(import.meta.url.replace(/hash-pool(?=\.[jt]s$)/, 'hash-worker'))

/** A pool of at most `size` threads that run `script`. */
export function hashPool(size: number, script = hashWorker()): HashPool {
  const queue: Waiting[] = []
  const threads = new Set<Thread>()
  let tasks = 0
  let idle: NodeJS.Timeout | undefined
  let closed = false

  function start(): Thread {
    const thread: Thread = { worker: new Worker(script), busy: undefined }
    thread.worker.on('message', (result: HashResult) => {
      finish(thread.busy!, result)
      thread.busy = undefined
      // Work in hand keeps the process alive; a thread that waits does not.
      thread.worker.unref()
      schedule()
    })
    const lost = (cause: unknown) => {
      threads.delete(thread)
      thread.busy?.settle.reject(interrupted(thread.busy.task, closed ? undefined : cause))
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
    async zip(file, { path, version }) {
      const settle = Promise.withResolvers<ZipHash>()
      const task = { id: ++tasks, file: file.path, path, version }
      if (closed) throw interrupted(task)
      queue.push({ task, settle })
      schedule()
      return settle.promise
    },
    async close() {
      closed = true
      clearTimeout(idle)
      for (const { task, settle } of queue.splice(0)) settle.reject(interrupted(task))
      await end()
    },
  }
}

function interrupted({ path, version }: HashTask, cause?: unknown): Failure {
  const asked = `${path}@${version} (zip)`
  if (cause === undefined) return new Failure('shutting-down', { asked, who: 'modgate', why: 'the gate is stopping' })
  return new Failure('internal-error', { asked, who: 'modgate', why: 'the thread that hashed the zip died', cause })
}

function finish({ task, settle }: Waiting, result: HashResult): void {
  if ('h1' in result) settle.resolve(result)
  else if ('error' in result) settle.reject(new Error(result.error))
  else {
    const asked = `${task.path}@${task.version} (zip)`
    settle.reject(new Failure('zip-invalid', { asked, who: 'modgate', why: `no module zip: ${result.invalid}` }))
  }
}
