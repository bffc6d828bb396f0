/** The version of this package, from its manifest: the one place that has it. */

import { readFileSync } from 'node:fs'

/** Such as `0.1.0`. */
export function modgateVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
