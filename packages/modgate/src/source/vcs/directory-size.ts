/** How many bytes stand below a directory. */

import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Bytes of all files. What goes away while it is looked at does not count. */
export async function directorySize(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    bytes += await lstat(join(entry.parentPath, entry.name)).then(
      ({ size }) => size,
      () => 0,
    )
  }
  return bytes
}
