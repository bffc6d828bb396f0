/** What keeps the go command from reading a package at all (go/build, Context.Import), so that it vendors nothing. */

import { hasBrokenConstraint } from '@modgate/gomod/constraint'
import type { FileHead } from '@modgate/gomod/imports'

export interface GoSource {
  readonly name: string
  readonly head: FileHead
  /** Of its `//go:embed` comments. */
  readonly patterns: readonly string[]
}

/**
 * What is wrong with the first file that has something wrong, in words; undefined where there is none. The files are in order of their
 * names. Two packages in one directory may be those of two platforms: whoever reads all files alike cannot tell, so that they are fine, and
 * as for the go command nothing behind them is a fault any more.
 */
export function sourceFault(sources: readonly GoSource[]): string | undefined {
  let known: string | undefined
  for (const { name, head } of sources) {
    const fault = fileFault(name, head)
    if (fault !== undefined) return `${name} ${fault}`
    if (head.name === 'documentation') continue
    const isTest = name.endsWith('_test.go')
    const isOutside = isTest && head.name.endsWith('_test') && head.name !== known
    const own = isOutside ? head.name.slice(0, -'_test'.length) : head.name
    known ??= own
    if (own !== known) return undefined
  }
  return undefined
}

function fileFault(name: string, head: FileHead): string | undefined {
  if (head.hasNul) return 'has a byte 0 in it'
  if (hasBrokenConstraint(head.text)) return 'has a //go:build line that is malformed, or two of them'
  if (head.isBroken) return 'is no Go source: its package clause or its imports are malformed'
  if (name.endsWith('_test.go') && head.imports.includes('C')) return 'is a test, and uses cgo'
  return undefined
}
