/** What the log keeps where, as names of checkpoints: tiles and lookups in the layout in which they are asked for. */

import { escapePath, escapeVersion, ModuleError } from '@modgate/gomod/module'
import { tilePath, type Tile } from '@modgate/gomod/tlog'
import type { ModuleVersion } from '../../core/ports.ts'

/** Whether a version has a name in a log: what is read from a damaged record may have none. */
export function hasName({ path, version }: ModuleVersion): boolean {
  try {
    escapePath(path)
    escapeVersion(version)
    return true
  } catch (error) {
    if (error instanceof ModuleError) return false
    throw error
  }
}

export interface LogNames {
  /** The one value that is swapped: size, root, both signed faces, the last bundle. */
  readonly head: string
  /** What witnesses have signed last. */
  readonly cosignatures: string
  /** A name for each width, so that whatever is written there never changes, whoever writes it and when. */
  tile(tile: Tile): string
  /** The times of the records of a tile of records, likewise. */
  times(tile: Tile): string
  lookup(module: ModuleVersion): string
  /** What the names of all lookups begin with. */
  readonly lookups: string
  /** The records of one append, staged before the head covers them. */
  bundle(id: string): string
  /** The fingerprints of a run of records. */
  index(run: number): string
}

export function logNames(log: string): LogNames {
  const below = `sumdb/${log}`
  return {
    head: `${below}/log-head`,
    cosignatures: `${below}/log-cosignatures`,
    tile: (tile) => `${below}/${tilePath(tile)}`,
    times: (tile) => `${below}/${tilePath({ ...tile, l: -1 }).replace('tile/8/data', 'times')}`,
    lookups: `${below}/lookup/`,
    lookup: ({ path, version }) => `${below}/lookup/${escapePath(path)}@${escapeVersion(version)}`,
    bundle: (id) => `${below}/bundle/${id}`,
    index: (run) => `${below}/index/${String(run).padStart(6, '0')}`,
  }
}
