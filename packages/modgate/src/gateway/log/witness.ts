/**
 * One witness, asked for its cosignature after the log has grown: in the background, one question at a time, always about the newest
 * head. Whatever it answers, or not, costs a report and a pause; nobody who appends or reads waits for it.
 */

import type { Verifier } from '@modgate/gomod/note'
import { askWitness, type QuestionOptions, type QuestionResult } from './witness-question.ts'

export interface WitnessReport {
  /** Of the witness, as in its key. */
  readonly name: string
  readonly result: QuestionResult
  /** Records of the head that was shown. */
  readonly size: number
  /** What went wrong, in words; undefined where nothing did. */
  readonly why?: string
}

export interface WitnessOptions extends QuestionOptions {
  readonly report: (report: WitnessReport) => void
}

export interface Witness {
  readonly verifier: Verifier
  /** There may be a new head. Does not wait. */
  nudge(): void
  /** Ends the question that is under way. */
  close(): Promise<void>
}

/** Between a new head and the question, milliseconds: heads that follow each other closely are one question. */
const paceMs = 1000
/** After many failures. */
const longestPauseMs = 5 * 60_000

export function witness(options: WitnessOptions): Witness {
  const { verifier, clock, report } = options
  const end = new AbortController()
  let wanted = false
  let working: Promise<void> | undefined

  async function work(): Promise<void> {
    for (let failures = 0; wanted;) {
      await clock.sleep(pauseMs(failures), end.signal)
      wanted = false
      const ended = await askWitness(options, end.signal)
      const isDone = !ended || ended.result === 'cosigned'
      failures = isDone ? 0 : failures + 1
      wanted ||= !isDone
      if (ended) report({ name: verifier.name, ...ended })
    }
  }

  return {
    verifier,
    nudge() {
      wanted = true
      if (working || end.signal.aborted) return
      // It rejects only where it is ended: whatever else goes wrong is a report.
      working = work()
        .catch(() => undefined)
        .finally(() => (working = undefined))
    },
    async close() {
      end.abort()
      await working
      await options.remote.close()
    },
  }
}

const pauseMs = (failures: number): number => Math.min(paceMs * 2 ** failures, longestPauseMs)
