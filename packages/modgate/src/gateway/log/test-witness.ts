/** A witness of a test, asked without a connection. */

import type { WitnessRemote } from '../../source/witness-remote.ts'

type Ask = WitnessRemote['addCheckpoint']

export const remoteOf = (asked: {
  answer(body: Parameters<Ask>[0]): Awaited<ReturnType<Ask>> | ReturnType<Ask>
}): WitnessRemote => ({
  addCheckpoint: async (body) => asked.answer(body),
  close: async () => undefined,
})
