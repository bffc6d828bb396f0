/** What the token commands share: the file of the tokens, changed by one command at a time. */

import type { ServeConfig } from '../config/index.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { takeLock } from '../store/lock.ts'
import { readTokens, writeTokens, type TokenEntry } from '../store/token-book.ts'

/** Replaces the tokens by what `change` makes of them; whatever it throws leaves them as they are. */
export async function changeTokens(
  config: ServeConfig,
  change: (tokens: readonly TokenEntry[]) => readonly TokenEntry[],
): Promise<void> {
  const directory = await openDataDirectory(config.data)
  try {
    const release = await takeLock(`${config.tokens}.lock`, directory.spool)
    try {
      await writeTokens(config.tokens, change(await readTokens(config.tokens)))
    } finally {
      await release()
    }
  } finally {
    await directory.close()
  }
}
