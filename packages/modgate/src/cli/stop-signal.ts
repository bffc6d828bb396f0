/** The two signals that ask a server to end. */

/** As shells report a process that a signal ended: 128 and its number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const
export type StopSignal = keyof typeof exitCodes

/** What is needed of a process. */
export interface Signalled {
  on(signal: StopSignal, listener: () => void): unknown
  off(signal: StopSignal, listener: () => void): unknown
  exit(code: number): void
}

export interface StopRequest {
  /** Resolves with the first signal. */
  readonly asked: Promise<StopSignal>
  /** Gives the signals their usual meaning back. */
  forget(): void
}

/**
 * Listens for SIGINT and SIGTERM on a process. The first one is for the caller, who ends in order; the second ends the process at once,
 * with 130 or 143.
 */
export function stopSignal(process: Signalled): StopRequest {
  const { promise, resolve } = Promise.withResolvers<StopSignal>()
  let signals = 0
  const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => {
    const listener = (): void => {
      signals += 1
      if (signals === 1) resolve(signal)
      else process.exit(exitCodes[signal])
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return { asked: promise, forget: () => listeners.forEach((off) => off()) }
}
