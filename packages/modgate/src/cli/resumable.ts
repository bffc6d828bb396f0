/** Work whose parts are kept as they are done: Ctrl-C says how far it came, and the next run goes on from there. */

import { Failure } from '../core/failure.ts'
import { remark, type CommandLine } from './context.ts'
import { stopSignal, type StopSignal } from './stop-signal.ts'

/**
 * Runs it. The first SIGINT or SIGTERM aborts the signal, and once the work has ended `words` says what has come of it, undefined is the
 * answer, and the exit code is 130 or 143. The second one ends the process.
 */
export async function resumable<T>(
  command: CommandLine,
  use: (signal: AbortSignal) => Promise<T>,
  words: () => string,
): Promise<T | undefined> {
  const abort = new AbortController()
  const stop = stopSignal(process)
  let stopped: StopSignal | undefined
  void stop.asked.then((signal) => {
    stopped = signal
    abort.abort(new Failure('shutting-down', { asked: signal, who: 'modgate', why: 'it was interrupted' }))
  })
  try {
    return await use(abort.signal)
  } catch (error) {
    if (stopped === undefined) throw error
    remark(command, `modgate: stopped: ${words()}`)
    command.process.exitCode = stopped === 'SIGINT' ? 130 : 143
    return undefined
  } finally {
    stop.forget()
  }
}
