/** The netrc file as the go command reads it: which hosts it has credentials for. The credentials themselves are never kept. */

import { pathsOf, type Machine } from '../../config/index.ts'

export interface Netrc {
  readonly path: string
  readonly entries: readonly NetrcEntry[]
}

export interface NetrcEntry {
  /** As it is written: `git.corp.example`, `gate.example:8443`; `default` for that word. */
  readonly machine: string
  /** From 1. */
  readonly line: number
  readonly hasLogin: boolean
  readonly hasPassword: boolean
}

/** The file that NETRC names, else the one in the home directory. Undefined where there is none, or it cannot be read. */
export async function readNetrc(machine: Machine): Promise<Netrc | undefined> {
  for (const path of places(machine)) {
    const text = await machine.readFile(path).catch(() => undefined)
    if (text !== undefined) return { path, entries: parseNetrc(text) }
  }
  return undefined
}

function places({ environment, home, platform, ...rest }: Machine): readonly string[] {
  const named = environment['NETRC'] ?? ''
  if (named !== '') return [named]
  const { join } = pathsOf({ environment, home, platform, ...rest })
  return [...(platform === 'win32' ? [join(home, '_netrc')] : []), join(home, '.netrc')]
}

/**
 * The entries of a netrc text: words in any number of lines, where `macdef` ends at an empty line. The go command ignores
 * `default`, and takes an entry only where it has a login and a password.
 */
export function parseNetrc(text: string): readonly NetrcEntry[] {
  const entries: { machine: string; line: number; hasLogin: boolean; hasPassword: boolean }[] = []
  let inMacro = false
  for (const [index, line] of text.split('\n').entries()) {
    if (inMacro) {
      inMacro = line.trim() !== ''
      continue
    }
    const words = line.split(/\s+/).filter((word) => word !== '')
    for (let at = 0; at < words.length && !inMacro; at += words[at] === 'default' ? 1 : 2) {
      const entry = { machine: words[at + 1] ?? '', line: index + 1, hasLogin: false, hasPassword: false }
      if (words[at] === 'machine') entries.push(entry)
      else if (words[at] === 'default') entries.push({ ...entry, machine: 'default' })
      else if (words[at] === 'login' && entries.length > 0) entries.at(-1)!.hasLogin = at + 1 < words.length
      else if (words[at] === 'password' && entries.length > 0) entries.at(-1)!.hasPassword = at + 1 < words.length
      else if (words[at] === 'macdef') inMacro = true
    }
  }
  return entries
}
