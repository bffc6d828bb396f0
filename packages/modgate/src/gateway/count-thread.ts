/** The store, counted in a thread of its own: a million entries take minutes of work, which the event loop has not. */

import { Worker } from 'node:worker_threads'
import type { CountTask } from './count-worker.ts'
import type { CountStore, StoreCount } from './store-count.ts'

/** The worker's file beside this one, as source or as built. */
const countWorker = (): URL => new URL(import.meta.url.replace(/count-thread(?=\.[jt]s$)/, 'count-worker'))

/** Counts the store below `modules`, in GOPROXY file layout. */
export function countInWorker(modules: string): CountStore {
  return async (question, signal) => {
    signal.throwIfAborted()
    const workerData: CountTask = { ...question, modules }
    const worker = new Worker(countWorker(), { workerData })
    const counted = Promise.withResolvers<StoreCount>()
    worker.once('message', counted.resolve)
    worker.once('error', counted.reject)
    worker.once('exit', (code) => counted.reject(new Error(`the thread that counted the store ended with ${code}`)))
    const stop = () => void worker.terminate()
    signal.addEventListener('abort', stop)
    try {
      return await counted.promise
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}
