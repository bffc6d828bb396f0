/** go.mod files that can be believed: each has the hash that go.sum, or else the checksum database, has of it. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import type { ModFiles } from './mod-files.ts'
import type { SumBook } from './sum-book.ts'

/** Asks a checksum database what the go.mod of a version must hash to. */
export interface GoModRecords {
  /**
   * The `h1:` of a go.mod; undefined where the settings say that nobody is asked about this module. Throws a Failure: `no-record`,
   * `database-unreachable`, `database-untrusted`.
   */
  lookup(module: ModuleVersion): Promise<string | undefined>
}

export interface GoModOptions {
  readonly files: ModFiles
  readonly sums: SumBook
  readonly records: GoModRecords
  /** Whether go.sum must have every go.mod: an explicit `-mod=readonly`. */
  readonly needsSums: boolean
}

/**
 * Reads the go.mod of a module version; at once where it is at hand and go.sum has it. Throws or rejects with a Failure:
 * `checksum-mismatch`, `sum-missing`, and whatever kept the file or its hash from coming.
 */
export type GoModReader = (module: ModuleVersion) => Uint8Array | Promise<Uint8Array>

export function checkedGoMods({ files, sums, records, needsSums }: GoModOptions): GoModReader {
  const check = (module: ModuleVersion, bytes: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    const line = { path: module.path, version: `${module.version}/go.mod` }
    const h1 = hashGoMod(bytes)
    if (sums.agrees(line, h1)) return bytes
    return records.lookup(module).then((recorded) => {
      if (recorded !== undefined && recorded !== h1) throw mismatch(module, h1, recorded)
      sums.learn(line, h1)
      return bytes
    })
  }
  return (module) => {
    if (needsSums && !sums.has({ path: module.path, version: `${module.version}/go.mod` })) throw missingSum(module)
    const found = files.read({ kind: 'mod', ...module })
    return found instanceof Promise
      ? found.then((bytes) => check(module, present(module, bytes)))
      : check(module, present(module, found))
  }
}

function present(module: ModuleVersion, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes) return bytes
  const why = 'nobody who may be asked has its go.mod'
  throw new Failure('module-not-found', { asked: versionString(module), who: 'modgate', why })
}

function mismatch(module: ModuleVersion, h1: string, recorded: string): Failure {
  return new Failure('checksum-mismatch', {
    asked: `go.mod of ${versionString(module)}`,
    who: 'the checksum database',
    why: `it hashes to ${h1}, and the database has ${recorded}`,
  })
}

function missingSum(module: ModuleVersion): Failure {
  return new Failure('sum-missing', {
    asked: versionString(module),
    who: 'go.sum',
    why: 'it has no line for the go.mod of this version, and -mod=readonly asks for one',
    next: `run go mod download ${module.path}, or leave --mod=readonly out to have it looked up`,
  })
}
