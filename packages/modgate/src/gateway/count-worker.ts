/** A worker thread that counts the store. It may block, so it asks the disk in the cheapest way. */

import { statSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { listEntries } from '../store/entries.ts'
import { countEntries, type CountQuestion } from './store-count.ts'

export interface CountTask extends CountQuestion {
  readonly modules: string
}

const { modules, ...question } = workerData as CountTask
const statOf = (path: string) => {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
parentPort?.postMessage(await countEntries(listEntries(modules, statOf), question))
