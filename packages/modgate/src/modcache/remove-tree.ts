/** Removes what was unpacked: the go command takes away the right to write from its directories, and with it the right to remove. */

import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Without effect where nothing is there. Throws the system's error. */
export function removeTree(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true })
  } catch {
    makeWritable(directory)
    rmSync(directory, { recursive: true, force: true })
  }
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o777)
  for (const item of readdirSync(directory, { withFileTypes: true }))
    if (item.isDirectory()) makeWritable(join(directory, item.name))
}
