/** From somebody who writes to somebody who reads: the writer waits until its bytes are wanted. */

import type { ZipSink } from '@modgate/gomod/zip'

/**
 * Runs the producer and yields what it writes, one chunk at a time. Throws what it throws. A reader that leaves makes its next write throw,
 * so that the producer ends too, and waits for that.
 */
export async function* produced(produce: (sink: ZipSink) => Promise<void>): AsyncIterable<Uint8Array> {
  let given = Promise.withResolvers<Uint8Array | undefined>()
  let wanted = Promise.withResolvers<undefined>()
  const left = new Error('nobody reads any more')
  const sink: ZipSink = {
    async write(bytes) {
      await wanted.promise
      wanted = Promise.withResolvers()
      // Nobody may be waiting for this one when its reader leaves.
      wanted.promise.catch(() => undefined)
      given.resolve(bytes)
    },
  }
  const ended = produce(sink).then(
    () => given.resolve(undefined),
    (error: unknown) => given.reject(error),
  )
  try {
    for (;;) {
      wanted.resolve(undefined)
      const bytes = await given.promise
      if (bytes === undefined) return
      given = Promise.withResolvers()
      yield bytes
    }
  } finally {
    wanted.reject(left)
    given.promise.catch(() => undefined)
    await ended
  }
}
