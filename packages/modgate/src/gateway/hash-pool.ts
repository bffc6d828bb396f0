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

/** A pool of at most `size` threads. */
export function hashPool(size: number): HashPool {
  const queue: Waiting[] = []
  const threads = new Set<Thread>()
  let tasks = 0
  let idle: NodeJS.Timeout | undefined

  function start(): Thread {
    const thread: Thread = { worker: new Worker(new URL(import.meta.resolve('./hash-worker.ts'))), busy: undefined }
    thread.worker.on('message', (result: HashResult) => {
      finish(thread.busy!, result)
      thread.busy = undefined
      schedule()
    })
    thread.worker.on('error', (error) => {
      threads.delete(thread)
      thread.busy?.settle.reject(error)
      schedule()
    })
    thread.worker.unref()
    threads.add(thread)
    return thread
  }

  function schedule(): void {
    clearTimeout(idle)
    while (queue.length > 0) {
      const free = [...threads].find(({ busy }) => !busy) ?? (threads.size < size ? start() : undefined)
      if (!free) return
      free.busy = queue.shift()!
      free.worker.postMessage(free.busy.task)
    }
    if ([...threads].every(({ busy }) => !busy)) idle = setTimeout(() => void end(), idleMs).unref()
  }

  async function end(): Promise<void> {
    const all = [...threads]
    threads.clear()
    await Promise.all(all.map(({ worker }) => worker.terminate()))
  }

  return {
    zip(file, { path, version }) {
      const settle = Promise.withResolvers<ZipHash>()
      queue.push({ task: { id: ++tasks, file: file.path, path, version }, settle })
      schedule()
      return settle.promise
    },
    async close() {
      clearTimeout(idle)
      await end()
    },
  }
}

function finish({ task, settle }: Waiting, result: HashResult): void {
  if ('h1' in result) settle.resolve(result)
  else if ('error' in result) settle.reject(new Error(result.error))
  else {
    const asked = `${task.path}@${task.version} (zip)`
    settle.reject(new Failure('zip-invalid', { asked, who: 'modgate', why: `no module zip: ${result.invalid}` }))
  }
}
