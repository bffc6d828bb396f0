import { SumdbError } from './error.ts'

/**
 * Picks the go.sum lines of one module version, and of its go.mod, out of the text of an authenticated record. Throws a
 * `SumdbError`: `missing-line` when there is no line `path version h1:…` (an authentic but empty or unrelated record
 * proves nothing, CVE-2026-42501), `malformed` when a hash is not one or when two disagree.
 */
export function goSumLines(text: string, path: string, version: string): readonly string[] {
  const module = linesOf(text, `${path} ${version} `)
  if (module.h1.length === 0) {
    throw new SumdbError('missing-line', `${path}@${version}: the record has no line "${path} ${version} h1:"`)
  }
  const goMod = linesOf(text, `${path} ${version}/go.mod `)
  for (const { h1 } of [module, goMod]) {
    if (h1.length > 1 || !h1.every((hash) => /^h1:[A-Za-z0-9+/]{43}=$/.test(hash))) {
      throw new SumdbError('malformed', `${path}@${version}: the record has a broken or a second h1 hash`)
    }
  }
  return [...module.lines, ...goMod.lines]
}

interface Lines {
  readonly lines: readonly string[]
  /** The distinct h1 hashes among them. */
  readonly h1: readonly string[]
}

function linesOf(text: string, prefix: string): Lines {
  const lines = text.split('\n').filter((line) => line.startsWith(prefix))
  const hashes = lines.map((line) => line.slice(prefix.length))
  return { lines, h1: [...new Set(hashes.filter((hash) => hash.startsWith('h1:')))] }
}
