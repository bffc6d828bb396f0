/** Work that leaves something lying about if it is simply ended: Ctrl-C has it end in order. */

import { Failure } from '../core/failure.ts'
import { stopSignal } from './stop-signal.ts'

/** Runs it; the first SIGINT or SIGTERM aborts the signal with a Failure `shutting-down`, the second ends the process. */
export async function interruptible<T>(asked: string, use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = stopSignal(process)
  const details = { asked, who: 'modgate', why: 'it was interrupted', next: 'run it again' }
  void stop.asked.then(() => abort.abort(new Failure('shutting-down', details)))
  try {
    return await use(abort.signal)
  } finally {
    stop.forget()
  }
}
