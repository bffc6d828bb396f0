/**
 * Where a command keeps mirrors of repositories for its user: below the directory of his caches, so that the next run has less to fetch, or
 * where there is none that can be written, in a temporary one. It may be removed at any time.
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Machine } from '../config/machine.ts'
import { systemClock } from '../core/system.ts'
import { cacheDirectory } from '../inspect/evidence/go-platform.ts'
import { mirrorEviction } from '../source/vcs/mirror-eviction.ts'
import { makeDirectory } from '../store/directories.ts'
import { endOrphans } from '../store/orphans.ts'
import { ownSpool } from '../store/process-spool.ts'

export interface Workplace {
  /** Has a directory for each version control system. */
  readonly mirrors: string
  /** Of this process: other processes see by it whether this one lives. */
  readonly spool: string
  /** Ends what this process has started, and removes what is not for the next one. `fetched` is how much the mirrors have grown. */
  leave(fetched: number): Promise<void>
}

/** Bytes on disk that mirrors may take from one run to the next. */
const mirrorBytes = 5e9

/** Throws the system's error where there is no room even for temporary files. */
export async function userWorkplace(machine: Machine): Promise<Workplace> {
  const caches = cacheDirectory(machine)
  const lasting = caches === undefined ? undefined : await workplaceIn(join(caches, 'modgate')).catch(() => undefined)
  if (lasting) return lasting
  const root = await mkdtemp(join(tmpdir(), 'modgate-'))
  const passing = await workplaceIn(root)
  return {
    ...passing,
    async leave() {
      await passing.leave(0)
      await rm(root, { recursive: true, force: true }).catch(() => undefined)
    },
  }
}

async function workplaceIn(root: string): Promise<Workplace> {
  const mirrors = join(root, 'vcs')
  // What comes from private repositories is for nobody else on this machine.
  await makeDirectory(mirrors, 0o700)
  const spool = await ownSpool(join(root, 'spool'))
  return {
    ...{ mirrors, spool },
    async leave(fetched) {
      await endOrphans([basename(spool)])
      if (fetched > 0) await withinLimit(mirrors, spool)
      await rm(spool, { recursive: true, force: true }).catch(() => undefined)
    },
  }
}

/** What was used the longest ago goes first. That it cannot be removed now is nothing that the user could do anything about. */
async function withinLimit(directory: string, owner: string): Promise<void> {
  const eviction = mirrorEviction({ directory, owner, limit: mirrorBytes, clock: systemClock })
  await eviction.enforce()
  await eviction.close()
}
