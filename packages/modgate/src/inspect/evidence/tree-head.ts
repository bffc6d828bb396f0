/** The tree head that the go command has pinned for a checksum database, in `$GOPATH/pkg/sumdb/<name>/latest`. */

import { newVerifier, open, UnverifiedNoteError } from '@modgate/gomod/note'
import { parseTree } from '@modgate/gomod/tlog'
import { pathsOf, type Machine } from '../../config/index.ts'
import type { GoEnvironment } from './go-environment.ts'
import { goPath } from './module-cache-place.ts'

export interface PinnedHead {
  /** The database's name. */
  readonly name: string
  readonly file: string
  /** Absent where nothing is pinned yet. */
  readonly text?: string
  /** Records of the tree; absent where it cannot be believed, and `fault` says why. */
  readonly size?: number
  readonly fault?: { readonly kind: 'unreadable' | 'malformed' | 'other-key'; readonly message: string }
}

/** Reads the pinned head of a database and checks its signature. Never throws for what the file holds. */
export async function readPinnedHead(
  machine: Machine,
  go: GoEnvironment,
  database: { readonly name: string; readonly key: string },
): Promise<PinnedHead> {
  const { name, key } = database
  const file = pathsOf(machine).join(goPath(machine, go), 'pkg', 'sumdb', ...name.split('/'), 'latest')
  try {
    const text = await machine.readFile(file)
    if (text === undefined || text === '') return { name, file }
    return { name, file, text, ...judged(text, key) }
  } catch (error) {
    return { name, file, fault: { kind: 'unreadable', message: (error as Error).message } }
  }
}

/** The size of a signed tree, or why it is not to be believed. */
export function judged(text: string, key: string): Pick<PinnedHead, 'size' | 'fault'> {
  let head: string
  try {
    head = open(Buffer.from(text), [newVerifier(key)]).text
  } catch (error) {
    const kind = error instanceof UnverifiedNoteError ? 'other-key' : 'malformed'
    return { fault: { kind, message: (error as Error).message } }
  }
  try {
    return { size: parseTree(head).size }
  } catch (error) {
    return { fault: { kind: 'malformed', message: (error as Error).message } }
  }
}
