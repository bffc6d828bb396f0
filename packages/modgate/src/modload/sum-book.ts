/** What go.sum says, of all files that count, and what was learnt beyond it in this run. */

import { ErrorList, parseSum } from '@modgate/gomod/modfile'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import type { Machine } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { conflictFix, conflictInWords, conflictMarker } from '../inspect/evidence/conflict-marker.ts'

export interface SumBook {
  /** Whether a go.sum file has the hash of a module version; a version that ends in `/go.mod` stands for its go.mod alone. */
  has(module: ModuleVersion): boolean
  /** The one hash that is known; undefined where there is none, or files contradict each other. */
  recorded(module: ModuleVersion): string | undefined
  /** Whether a hash is the known one; undefined where none is known. Throws a Failure `checksum-mismatch` where it is another one. */
  agrees(module: ModuleVersion, h1: string): true | undefined
  /** Notes a hash that was verified otherwise, or that there is nobody to ask about. */
  learn(module: ModuleVersion, h1: string): void
  /** What was learnt: lines that no go.sum file has. */
  learnt(): Iterable<SumLine>
}

export interface SumLine {
  readonly module: ModuleVersion
  readonly h1: string
}

/** Reads the files. One that is not there is empty. Throws a Failure `go-mod-broken` for one that cannot be read. */
export async function readSumBook(machine: Machine, files: readonly string[]): Promise<SumBook> {
  const written = new Map<string, string[]>()
  const learnt = new Map<string, SumLine>()
  for (const file of files) for (const { name, h1 } of await readSums(machine, file)) add(written, name, h1)
  const known = (module: ModuleVersion): readonly string[] => {
    const name = versionString(module)
    const own = learnt.get(name)
    return [...(written.get(name) ?? []), ...(own === undefined ? [] : [own.h1])]
  }
  return {
    has: (module) => written.has(versionString(module)),
    recorded: (module) => {
      const [first, ...others] = new Set(known(module))
      return others.length === 0 ? first : undefined
    },
    agrees: (module, h1) => {
      if (written.get(versionString(module))?.includes(h1)) return true
      const hashes = known(module)
      if (hashes.length === 0) return undefined
      if (hashes.includes(h1)) return true
      throw new Failure('checksum-mismatch', {
        asked: versionString(module),
        who: 'go.sum',
        why: `it hashes to ${h1}, and go.sum has ${hashes[0]}`,
        next: 'find out which of the two is wrong: modgate verify asks the checksum database about each line of go.sum',
      })
    },
    learn: (module, h1) => void learnt.set(versionString(module), { module, h1 }),
    learnt: () => learnt.values(),
  }
}

function add(table: Map<string, string[]>, name: string, h1: string): void {
  // Hashes of other algorithms are kept in the file and mean nothing.
  if (!h1.startsWith('h1:')) return
  const known = table.get(name)
  if (known) known.push(h1)
  else table.set(name, [h1])
}

async function readSums(
  machine: Machine,
  file: string,
): Promise<readonly { readonly name: string; readonly h1: string }[]> {
  let text = ''
  try {
    text = (await machine.readFile(file)) ?? ''
    return parseSum(text, file).map(({ path, version, goMod, h1 }) => ({
      name: `${path}@${version}${goMod ? '/go.mod' : ''}`,
      h1,
    }))
  } catch (error) {
    const marker = conflictMarker(text)
    const words = error instanceof ErrorList ? error.message : `it cannot be read: ${(error as Error).message}`
    const why = marker ? conflictInWords(marker) : words
    const next = marker ? { next: conflictFix } : {}
    throw new Failure('go-mod-broken', { asked: file, who: 'modgate', why, ...next, cause: error })
  }
}
