/** What is to be verified: module versions with the hashes that somebody has of them, and where each of these stands. */

import { parseSum } from '@modgate/gomod/modfile'

export interface SumModule {
  readonly path: string
  readonly version: string
  readonly sums: readonly Sum[]
}

export interface Sum {
  /** As it was named. */
  readonly file: string
  /** From 1. */
  readonly line: number
  /** Whether the hash is that of the go.mod alone. */
  readonly goMod: boolean
  readonly h1: string
}

/** The module versions of go.sum files, each once, in the order of the files. Throws an ErrorList for a file that is none. */
export function modulesOfSums(
  files: readonly { readonly name: string; readonly text: string }[],
): readonly SumModule[] {
  const modules = new Map<string, SumModule & { readonly sums: Sum[] }>()
  for (const { name: file, text } of files) {
    for (const { path, version, goMod, h1, line } of parseSum(text, file)) {
      const key = `${path} ${version}`
      const module = modules.get(key) ?? { path, version, sums: [] }
      module.sums.push({ file, line, goMod, h1 })
      modules.set(key, module)
    }
  }
  return [...modules.values()]
}
