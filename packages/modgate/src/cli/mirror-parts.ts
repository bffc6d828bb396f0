/** Mirrors of repositories on disk, constructed without anything that fetches into them. */

import { join } from 'node:path'
import type { ServeConfig } from '../config/index.ts'
import { systemClock } from '../core/system.ts'
import { mirrorEviction, type MirrorEviction, type MirrorReport } from '../source/vcs/mirror-eviction.ts'
import type { DataDirectory } from '../store/data-directory.ts'

/** Where mirrors of repositories are. */
export const vcsIn = ({ root }: DataDirectory): string => join(root, 'vcs')

/** What keeps mirrors below their limit. */
export function mirrorParts(
  config: Pick<ServeConfig, 'mirrorBytes'>,
  directory: DataDirectory,
  report?: MirrorReport,
): MirrorEviction {
  return mirrorEviction({
    directory: vcsIn(directory),
    owner: directory.spool,
    limit: config.mirrorBytes,
    clock: systemClock,
    ...(report ? { report } : {}),
  })
}
