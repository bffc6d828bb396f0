/** Bytes of an answer: in memory, on disk, or still arriving. */

/** A part of a body: from byte `start` up to, not including, byte `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * A body can be read any number of times, by any number of readers, each at its own speed.
 *
 * `read` yields the bytes in order. A chunk is the reader's only until it asks for the next one: implementations reuse their
 * buffers, so a reader that keeps bytes copies them. A body that turns out to be broken or unverified throws a Failure from
 * `read`, and has not yielded its last bytes before.
 */
export interface Body {
  /** Bytes in all; undefined while a body of unknown length is still arriving. */
  readonly size: number | undefined
  /** All of it, where it rests in memory. */
  readonly bytes?: Uint8Array
  read(range?: ByteRange): AsyncIterable<Uint8Array>
}

/** A body that rests in memory. */
export function bytesBody(bytes: Uint8Array): Body & { readonly bytes: Uint8Array; readonly size: number } {
  return {
    size: bytes.byteLength,
    bytes,
    async *read(range) {
      yield range ? bytes.subarray(range.start, range.end) : bytes
    },
  }
}

/**
 * All bytes of a body in one array of its own.
 * Throws what `tooLarge` makes once more than `limit` bytes have come, without reading on.
 */
export async function readAll(body: Body, limit: number, tooLarge: () => Error): Promise<Uint8Array> {
  if ((body.size ?? 0) > limit) throw tooLarge()
  if (body.bytes) return body.bytes
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body.read()) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    // The constructor copies; Buffer's slice does not.
    chunks.push(new Uint8Array(chunk))
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)
}
