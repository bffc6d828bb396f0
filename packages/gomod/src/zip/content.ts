/** Content in chunks, at once or as it comes. */
export type Content = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** Cuts content into blocks of one size, so that what is made of them does not depend on how the content came. */
export async function* blocks(content: Content, size: number): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = []
  let used = 0
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length;) {
      // The constructor copies; slice does not where the chunk is a Buffer, which its owner may fill anew.
      const part = new Uint8Array(chunk.subarray(at, at + size - used))
      parts.push(part)
      used += part.length
      at += part.length
      if (used < size) continue
      yield concat(parts, used)
      parts = []
      used = 0
    }
  }
  if (used > 0) yield concat(parts, used)
}

/** All of the content, or undefined if it is longer than `limit` bytes. */
export async function readContent(content: Content, limit: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of content) {
    size += chunk.length
    if (size > limit) return undefined
    parts.push(new Uint8Array(chunk))
  }
  return concat(parts, size)
}

export function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const result = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}
