/** go.mod files that can be believed: each has the hash that go.sum, or else the checksum database, has of it; and the check itself. */

import { hashGoMod } from '@modgate/gomod/dirhash'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { Failure } from '../core/failure.ts'
import { blamed } from './blame.ts'
import type { ModFiles } from './mod-files.ts'
import { isPage, pageKept } from './page-answer.ts'
import type { SumBook } from './sum-book.ts'

/** Asks a checksum database what a module version must hash to. */
export interface SumRecords {
  /**
   * The `h1:` of a module version, as a line of go.sum has it: a version that ends in `/go.mod` stands for its go.mod alone. Undefined
   * where the settings say that nobody is asked about this module. Throws a Failure: `no-record`, `database-unreachable`,
   * `database-untrusted`.
   */
  lookup(line: ModuleVersion): Promise<string | undefined>
}

export interface GoModOptions {
  readonly files: ModFiles
  readonly sums: SumBook
  readonly records: SumRecords
  /** Whether go.sum must have every go.mod: an explicit `-mod=readonly`. */
  readonly needsSums: boolean
  /** Told of each go.mod that is believed, every time that it is read. */
  readonly onChecked?: (module: ModuleVersion, bytes: Uint8Array) => void
  /** Who gave these bytes, where that is a proxy. */
  readonly giver?: (bytes: Uint8Array) => string | undefined
}

/**
 * Reads the go.mod of a module version; at once where it is at hand and go.sum has it. Throws or rejects with a Failure:
 * `checksum-mismatch`, `sum-missing`, and whatever kept the file or its hash from coming.
 */
export type GoModReader = (module: ModuleVersion) => Uint8Array | Promise<Uint8Array>

export function checkedGoMods(options: GoModOptions): GoModReader {
  const { files, sums, needsSums, onChecked = () => undefined, giver = () => undefined } = options
  const refuse = (error: unknown, bytes: Uint8Array): never => {
    throw blamed(error, giver(bytes))
  }
  const believed = (module: ModuleVersion, bytes: Uint8Array): Uint8Array => {
    onChecked(module, bytes)
    return bytes
  }
  const check = (module: ModuleVersion, bytes: Uint8Array): Uint8Array | Promise<Uint8Array> => {
    if (isPage(bytes)) throw pageKept(module)
    try {
      const verdict = checkSum(options, goModLine(module), hashGoMod(bytes))
      if (verdict === undefined) return believed(module, bytes)
      return verdict.then(
        () => believed(module, bytes),
        (error: unknown) => refuse(error, bytes),
      )
    } catch (error) {
      return refuse(error, bytes)
    }
  }
  return (module) => {
    if (needsSums && !sums.has(goModLine(module))) throw missingSum(module)
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

/** The line of go.sum for the go.mod of a module version. */
export function goModLine({ path, version }: ModuleVersion): ModuleVersion {
  return { path, version: `${version}/go.mod` }
}

/**
 * Holds a hash against go.sum, and where that has no line against the checksum database, which go.sum is then taken to have, too.
 * Undefined where it agrees at once. Throws or rejects with a Failure: `checksum-mismatch`, or what `lookup` says.
 */
export function checkSum(
  { sums, records }: Pick<GoModOptions, 'sums' | 'records'>,
  line: ModuleVersion,
  h1: string,
): Promise<void> | undefined {
  if (sums.agrees(line, h1)) return undefined
  return records.lookup(line).then((recorded) => {
    if (recorded !== undefined && recorded !== h1) throw mismatch(line, h1, recorded)
    sums.learn(line, h1)
  })
}

function mismatch(line: ModuleVersion, h1: string, recorded: string): Failure {
  const isGoMod = line.version.endsWith('/go.mod')
  const module = versionString({ ...line, version: line.version.replace(/[/]go[.]mod$/, '') })
  return new Failure('checksum-mismatch', {
    asked: isGoMod ? `go.mod of ${module}` : module,
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
