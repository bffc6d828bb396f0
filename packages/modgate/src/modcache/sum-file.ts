/** go.sum, completed with what was verified (cmd/go/internal/modfetch, WriteGoSum). */

import { formatSum, parseSum } from '@modgate/gomod/modfile'
import { versionString } from '@modgate/gomod/module'
import type { SumLine } from '../modload/sum-book.ts'
import type { FileLocks } from './file-lock.ts'
import { contentOf, replaceContent } from './version-list.ts'
import { unwritable } from './whole-file.ts'

/**
 * Adds lines to a go.sum file, which is made where it is not there, under the lock that go commands take on it. A file that lacks none of
 * them stays as it is, whatever its order. Answers how many were added. Throws a Failure.
 */
export async function completeSums(file: string, lines: readonly SumLine[], locks: FileLocks): Promise<number> {
  if (lines.length === 0) return 0
  const { descriptor, release } = await locks.take(file)
  try {
    const present = parseSum(contentOf(descriptor), file)
    const known = new Set(present.map(({ path, version, goMod }) => `${path}@${version}${goMod ? '/go.mod' : ''}`))
    const missing = lines.filter(({ module }) => !known.has(versionString(module)))
    if (missing.length === 0) return 0
    const added = missing.map(({ module: { path, version }, h1 }) => {
      const goMod = version.endsWith('/go.mod')
      return { path, version: goMod ? version.slice(0, -'/go.mod'.length) : version, goMod, h1 }
    })
    replaceContent(descriptor, Buffer.from(formatSum([...present, ...added])))
    return missing.length
  } catch (error) {
    throw unwritable(file, error)
  } finally {
    release()
  }
}
