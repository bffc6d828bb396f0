import { evaluate, type Tags } from './expression.ts'
import { goBuildText, parseConstraint, plusBuildText } from './parse.ts'

/**
 * Whether the constraints at the head of a file let it into a build. `head` is the file up to the end of its imports.
 *
 * One line `//go:build` outside of block comments decides; two of them, or one that does not parse, shut the file out. Without any,
 * every line `// +build` counts that stands among the leading line comments, before a blank line.
 */
export function shouldBuild(head: string, tags: Tags): boolean {
  if (!head.includes('go:build') && !head.includes('+build')) return true
  const { leading, goBuild } = headerOf(head)
  if (goBuild.length > 1) return false
  const [line] = goBuild
  if (line !== undefined) {
    const expression = parseConstraint(line)
    return expression !== undefined && evaluate(expression, tags)
  }
  return leading.every((text) => {
    const expression = plusBuildText(text) === undefined ? undefined : parseConstraint(text)
    return expression === undefined || evaluate(expression, tags)
  })
}

/** Whether there are two lines `//go:build`, or one that does not parse: what the compiler refuses. `head` as above. */
export function hasBrokenConstraint(head: string): boolean {
  if (!head.includes('go:build')) return false
  const { goBuild } = headerOf(head)
  return goBuild.length > 1 || goBuild.some((line) => parseConstraint(line) === undefined)
}

interface Header {
  /** The lines in which `// +build` counts. */
  readonly leading: readonly string[]
  readonly goBuild: readonly string[]
}

function headerOf(head: string): Header {
  const lines = head.split('\n').map((line) => line.trim())
  const goBuild: string[] = []
  let isLeading = true
  let leadingEnd = 0
  let isInBlock = false
  for (const [i, line] of lines.entries()) {
    if (line === '' && isLeading) {
      leadingEnd = i + 1
      continue
    }
    if (!line.startsWith('//')) isLeading = false
    if (!isInBlock && line.startsWith('//go:build') && goBuildText(line) !== undefined) goBuild.push(line)
    const state = afterLine(line, isInBlock)
    if (state === 'code') break
    isInBlock = state === 'block'
  }
  return { leading: lines.slice(0, leadingEnd), goBuild }
}

/** What comes behind a line: `code` where the line itself has some. */
function afterLine(line: string, isInBlock: boolean): 'code' | 'block' | 'comments' {
  let rest = line
  let isInside = isInBlock
  while (rest !== '') {
    if (isInside) {
      const end = rest.indexOf('*/')
      if (end < 0) return 'block'
      isInside = false
      rest = rest.slice(end + 2).trim()
    } else if (rest.startsWith('//')) return 'comments'
    else if (rest.startsWith('/*')) {
      isInside = true
      rest = rest.slice(2).trim()
    } else return 'code'
  }
  return isInside ? 'block' : 'comments'
}
