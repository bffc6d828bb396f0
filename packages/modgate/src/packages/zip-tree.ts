/** A module that is in the module cache as a zip only. */

import { statSync } from 'node:fs'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { checkModuleEntries, readEntry, ZipError, type RandomAccess, type ZipEntry } from '@modgate/gomod/zip'
import { Failure } from '../core/failure.ts'
import { withFile } from '../core/file-access.ts'
import { directoryOf, type SourceTree, type TreeItem } from './source-tree.ts'

/**
 * The module in a zip file, whose names are checked against the rules of module zips. The file is opened whenever something is read, so
 * that any number of modules can be zips. Throws a Failure: `zip-invalid`, or `source-unreadable`.
 */
export function zipTree(file: string, module: ModuleVersion): SourceTree {
  const inZip = <T>(read: () => T): T => {
    try {
      return read()
    } catch (error) {
      throw failureOf(error, file, module)
    }
  }
  const access: RandomAccess = {
    size: inZip(() => statSync(file).size),
    read: (offset, length) => withFile(file, (open) => open.read(offset, length)),
  }
  const entries = filesOf(
    module,
    inZip(() => checkModuleEntries(module, access)),
  )
  const lists = listsOf([...entries.keys()])
  const piecesOf = (path: string) => readEntry(access, entries.get(path)!)
  return {
    list: (directory) => lists.get(directory),
    read: (path) => inZip(() => Buffer.concat(Array.from(piecesOf(path), (piece) => new Uint8Array(piece)))),
    *pieces(path) {
      const pieces = piecesOf(path)
      for (let piece = inZip(() => pieces.next()); !piece.done; piece = inZip(() => pieces.next())) yield piece.value
    },
  }
}

/** The files by their paths in the module. */
function filesOf({ path, version }: ModuleVersion, entries: readonly ZipEntry[]): ReadonlyMap<string, ZipEntry> {
  const prefix = `${path}@${version}/`
  return new Map(entries.filter(({ kind }) => kind === 'file').map((entry) => [entry.name.slice(prefix.length), entry]))
}

function listsOf(files: readonly string[]): ReadonlyMap<string, readonly TreeItem[]> {
  const lists = new Map<string, Map<string, TreeItem>>([['', new Map()]])
  const enter = (path: string, kind: TreeItem['kind']): void => {
    const directory = directoryOf(path)
    const isKnown = lists.has(directory)
    const list = lists.get(directory) ?? new Map<string, TreeItem>()
    lists.set(directory, list)
    const name = path.slice(directory === '' ? 0 : directory.length + 1)
    list.set(name, { name, kind })
    if (!isKnown) enter(directory, 'directory')
  }
  for (const file of files) enter(file, 'file')
  const sorted = (list: Map<string, TreeItem>) => [...list.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return new Map([...lists].map(([directory, list]) => [directory, sorted(list)]))
}

function failureOf(error: unknown, file: string, module: ModuleVersion): Failure {
  const asked = versionString(module)
  if (error instanceof ZipError) {
    const next = 'take it out of the module cache, and download the module again'
    return new Failure('zip-invalid', { asked, who: file, why: error.message, next, cause: error })
  }
  const why = `it cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`
  return new Failure('source-unreadable', { asked, who: file, why, cause: error })
}
