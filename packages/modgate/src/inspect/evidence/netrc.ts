/** The netrc file as the go command reads it: which hosts it has credentials for. The credentials themselves are never kept. */

import { readNetrcFile, type Machine } from '../../config/index.ts'
import { parseNetrc } from '../../core/netrc.ts'

export interface Netrc {
  readonly path: string
  readonly entries: readonly NetrcMention[]
}

/** An entry without its secrets. */
export interface NetrcMention {
  /** As it is written: `git.corp.example`, `gate.example:8443`; `default` for that word. */
  readonly machine: string
  /** From 1. */
  readonly line: number
  readonly hasLogin: boolean
  readonly hasPassword: boolean
}

/** The file that NETRC names, else the one in the home directory. Undefined where there is none, or it cannot be read. */
export async function readNetrc(machine: Machine): Promise<Netrc | undefined> {
  const file = await readNetrcFile(machine)
  return file && { path: file.path, entries: netrcMentions(file.text) }
}

/** The entries of a netrc text. The go command ignores `default`, and takes an entry only where it has a login and a password. */
export function netrcMentions(text: string): readonly NetrcMention[] {
  return parseNetrc(text).map(({ machine, line, login, password }) => ({
    machine,
    line,
    hasLogin: login !== undefined,
    hasPassword: password !== undefined,
  }))
}
