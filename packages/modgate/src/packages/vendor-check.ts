/** A vendor directory, held against what would be written now: go itself compares `modules.txt` alone, and no file. */

import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, type FileDifference } from '../core/files-below.ts'
import type { Vendoring } from './vendor.ts'

/** The differences, sorted by file. Throws a Failure for a source that cannot be read, and the system's error for a vendored file. */
export function vendorDifferences(
  vendor: string,
  { files, list }: Pick<Vendoring, 'files' | 'list'>,
): readonly FileDifference[] {
  const differences: FileDifference[] = []
  const compare = (file: string, pieces: Iterable<Uint8Array>) => {
    const place = join(vendor, file)
    const stat = lstatSync(place, { throwIfNoEntry: false })
    if (stat === undefined) differences.push({ file, what: 'missing' })
    else if (!stat.isFile() || !isSame(place, pieces)) differences.push({ file, what: 'changed' })
  }
  for (const [file, { tree, path }] of files) compare(file, tree.pieces(path))
  if (list !== '') compare(listName, [Buffer.from(list)])
  for (const file of filesBelow(vendor)) {
    if (!files.has(file) && file !== (list === '' ? undefined : listName)) differences.push({ file, what: 'extra' })
  }
  return differences.sort((a, b) => (a.file < b.file ? -1 : 1))
}

const listName = 'modules.txt'

function isSame(place: string, pieces: Iterable<Uint8Array>): boolean {
  const descriptor = openSync(place, 'r')
  try {
    for (const piece of pieces) if (!isNext(descriptor, piece)) return false
    return readSync(descriptor, Buffer.alloc(1)) === 0
  } finally {
    closeSync(descriptor)
  }
}

function isNext(descriptor: number, piece: Uint8Array): boolean {
  const found = Buffer.alloc(piece.byteLength)
  let done = 0
  while (done < found.length) {
    const count = readSync(descriptor, found, done, found.length - done, null)
    if (count === 0) return false
    done += count
  }
  return found.equals(piece)
}
