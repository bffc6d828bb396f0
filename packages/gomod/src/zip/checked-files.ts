import { ZipError } from './error.ts'

/** A file and why it is not part of a module zip. */
export interface FileFault {
  readonly path: string
  readonly reason: string
}

/** What the rules of module zips say of a set of files. Each file stands in exactly one list, in the order given. */
export interface CheckedFiles {
  readonly valid: readonly string[]
  /** Files that are left out when a module zip is made: no harm in them. */
  readonly omitted: readonly FileFault[]
  /** Files that may not be there: the zip is refused. */
  readonly invalid: readonly FileFault[]
  /** Why the whole is too large, if it is. */
  readonly sizeError: string | undefined
}

const maxNamed = 20

/** The error for files that do not make a valid module zip: too large first, else the files to blame (20 of them at most). */
export function checkedFilesError(checked: CheckedFiles): ZipError | undefined {
  if (checked.sizeError !== undefined) return new ZipError('size', checked.sizeError)
  if (checked.invalid.length === 0) return undefined
  const lines = checked.invalid.slice(0, maxNamed).map(({ path, reason }) => `${path}: ${reason}`)
  if (checked.invalid.length > maxNamed) lines.push(`and ${checked.invalid.length - maxNamed} more`)
  return new ZipError('files', lines.join('\n'))
}

/** Collects the verdict on files. */
export class CheckedFilesBuilder implements CheckedFiles {
  readonly valid: string[] = []
  readonly omitted: FileFault[] = []
  readonly invalid: FileFault[] = []
  sizeError: string | undefined
  #size = 0

  /** Counts a file's size; the first one that does not fit any more makes the whole too large. */
  addSize(size: number, limit: number, message: string): void {
    if (size <= limit - this.#size) this.#size += size
    else this.sizeError ??= `${message} (max size is ${limit} bytes)`
  }
}
