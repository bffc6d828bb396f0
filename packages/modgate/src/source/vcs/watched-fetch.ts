/** One fetch of a program into a mirror, ended where it brings more than it may. */

import { Failure } from '../../core/failure.ts'
import type { ProgramEnd } from '../../core/ports.ts'
import { directorySize } from './directory-size.ts'
import type { Git, GitCall } from './git-command.ts'
import type { FetchReport } from './git-fetch.ts'
import type { Hold } from './git-mirror.ts'
import type { ProgramLimits } from './program-access.ts'

export interface WatchedFetch {
  readonly program: Git
  readonly call: GitCall
  readonly limits: ProgramLimits
  readonly report?: ((report: FetchReport) => void) | undefined
}

/** Looking at a large mirror costs a moment, and takes at most this part of the time. */
const watchShare = 0.05

/** Answers how the program ended. Throws a Failure: `origin-too-large`, `origin-timeout`, and what cannot be started. */
export async function watchedFetch(
  { program, call, limits, report = () => undefined }: WatchedFetch,
  { repository, spoil }: Hold,
): Promise<ProgramEnd> {
  const before = await directorySize(repository)
  const grown = async () => (await directorySize(repository)) - before
  const watch = sparingly(async () => ((await grown()) > limits.fetchBytes ? tooLarge(call, limits) : undefined))
  const started = performance.now()
  const reported = async (result: string) => {
    const [seconds, bytes] = [(performance.now() - started) / 1000, await grown()]
    report({ url: call.who, asked: call.asked, seconds, bytes, result })
  }
  try {
    const end = await program.watched(call, watch)
    // It was faster than the watch. The mirror has too much in it now.
    const isTooLarge = (await grown()) > limits.fetchBytes
    if (isTooLarge) spoil()
    if (isTooLarge) throw tooLarge(call, limits)
    await reported(end.code === 0 ? 'ok' : 'refused')
    return end
  } catch (error) {
    await reported(error instanceof Failure ? error.code : 'failed')
    // A mirror that has too much in it is not to be used again, whether the program cleaned up or not.
    if (error instanceof Failure && error.code === 'origin-too-large') spoil()
    throw error
  }
}

/** Asks only as often as the asking itself allows. */
function sparingly<T>(ask: () => Promise<T | undefined>): () => Promise<T | undefined> {
  let next = 0
  return async () => {
    const begun = performance.now()
    if (begun < next) return undefined
    const answer = await ask()
    next = performance.now() + (performance.now() - begun) / watchShare
    return answer
  }
}

function tooLarge({ asked, who }: GitCall, { fetchBytes }: ProgramLimits): Failure {
  const why = `the repository sent more than ${fetchBytes} bytes for it`
  return new Failure('origin-too-large', { asked, who, why })
}
