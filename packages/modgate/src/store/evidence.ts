/** The quarantine's contents: what was damaged or untrue, and why. */

import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes what has been in quarantine for more than so many days, and gives its number. */
export async function removeOldEvidence(quarantine: string, days: number): Promise<number> {
  let removed = 0
  for (const name of await readdir(quarantine).catch(() => [])) {
    const found = await stat(join(quarantine, name)).catch(() => undefined)
    if (!found || Date.now() - found.mtimeMs < days * 24 * 3600_000) continue
    await rm(join(quarantine, name), { recursive: true, force: true })
    removed++
  }
  return removed
}
