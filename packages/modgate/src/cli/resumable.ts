/** Work whose parts are kept as they are done: Ctrl-C says how far it came, and the next run goes on from there. */

import { Failure } from '../core/failure.ts'
import { remark, type CommandLine } from './context.ts'
import { stopSignal, type StopSignal } from './stop-signal.ts'

/**
 * Runs it. The first SIGINT or SIGTERM aborts the signal, `words` says what has come of it, undefined is the answer, and the exit code is
 * 130 or 143. Work that cannot be left at once, such as a question that nobody answers, is not waited for: it has as long to tidy up as a
 * process has to end, and what it has kept is whole at any moment. The second signal ends the process.
 */
export async function resumable<T>(
  command: CommandLine,
  use: (signal: AbortSignal) => Promise<T>,
  words: () => string,
): Promise<T | undefined> {
  const abort = new AbortController()
  const stop = stopSignal(process)
  let stopped: StopSignal | undefined
  const left = stop.asked.then((signal) => {
    stopped = signal
    const failure = new Failure('shutting-down', { asked: signal, who: 'modgate', why: 'it was interrupted' })
    abort.abort(failure)
    throw failure
  })
  try {
    return await Promise.race([use(abort.signal), left])
  } catch (error) {
    if (stopped === undefined) throw error
    remark(command, `modgate: stopped: ${words()}`)
    command.process.exitCode = stopped === 'SIGINT' ? 130 : 143
    return undefined
  } finally {
    stop.forget()
  }
}
