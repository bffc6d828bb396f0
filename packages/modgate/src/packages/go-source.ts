/** What is kept of a Go file of a package: all that anybody asks, so that it is read once. */

import { anyTags, hasBrokenConstraint, shouldBuild } from '@modgate/gomod/constraint'
import { embedPatterns, readHead, type FileHead } from '@modgate/gomod/imports'

export interface GoSource {
  readonly name: string
  /** Of the package clause. */
  readonly package: string
  readonly imports: readonly string[]
  /** Of its `//go:embed` comments; empty where it does not import embed. */
  readonly patterns: readonly string[]
  /** Whether no build takes it: it is for the tag ignore, or its constraint is malformed. */
  readonly isIgnored: boolean
  /** What keeps the go command from reading it (go/build, matchFile), in words. */
  readonly fault?: string
  readonly hasNul: boolean
}

/** Reads a file by its name and its content. */
export function goSource(name: string, content: Uint8Array): GoSource {
  const head = readHead(content)
  const fault = faultOf(name, head)
  return {
    ...{ name, package: head.name, imports: head.imports, hasNul: head.hasNul },
    patterns: head.imports.includes('embed') && !head.isBroken ? embedPatterns(content) : [],
    isIgnored: !shouldBuild(head.text, anyTags),
    ...(fault === undefined ? {} : { fault }),
  }
}

function faultOf(name: string, head: FileHead): string | undefined {
  if (head.hasNul) return 'has a byte 0 in it'
  if (hasBrokenConstraint(head.text)) return 'has a //go:build line that is malformed, or two of them'
  if (head.isBroken) return 'is no Go source: its package clause or its imports are malformed'
  if (isTest(name) && head.imports.includes('C')) return 'is a test, and uses cgo'
  return undefined
}

/** Whether a file is of the tests of its package. */
export function isTest(name: string): boolean {
  return name.endsWith('_test.go')
}

/** Whether the go command passes over a file, or a directory, because of its name. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_')
}

/**
 * What keeps the go command from reading a package at all (go/build, Context.Import): the first file that has something wrong, in words;
 * undefined where there is none. The files are in order of their names. Two packages in one directory may be those of two platforms:
 * whoever reads all files alike cannot tell, so that they are fine, and as for the go command nothing behind them is a fault any more.
 */
export function packageFault(sources: readonly GoSource[]): string | undefined {
  let known: string | undefined
  for (const { name, package: own, fault } of sources) {
    if (fault !== undefined) return `${name} ${fault}`
    if (own === 'documentation') continue
    const isOutside = isTest(name) && own.endsWith('_test') && own !== known
    const tested = isOutside ? own.slice(0, -'_test'.length) : own
    known ??= tested
    if (tested !== known) return undefined
  }
  return undefined
}
