/** What a go.mod must look like where no record says what it is. */

import { parseLax } from '@modgate/gomod/modfile'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { invalid } from './answer-form.ts'
import { tooLarge } from './keeping.ts'

/** A real go.mod has a few kilobytes; parsing hostile megabytes would hold up everybody. */
const parsedUpTo = 1 << 20

/**
 * Without a record nothing else would notice a login page here: the go command itself takes one for a go.mod.
 * Throws a Failure `upstream-invalid` or `upstream-too-large`.
 */
export function checkGoMod(request: ModuleRequest, bytes: Uint8Array, source: string): void {
  if (bytes.byteLength > parsedUpTo) throw tooLarge(request, source, parsedUpTo)
  const text = Buffer.from(bytes).toString()
  const bad = (cause?: unknown) => invalid(request, source, 'the answer is not a go.mod', text, cause)
  // To a lax parser a line of HTML is a directive of the future.
  if (text.trimStart().startsWith('<')) throw bad()
  try {
    parseLax('go.mod', bytes)
  } catch (cause) {
    throw bad(cause)
  }
}
