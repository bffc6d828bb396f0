import type { Directive } from './directive.ts'
import type { Line } from './syntax.ts'
import { fields, trimSpace } from './text.ts'

/** The text of the comments at a directive; a line of a block without any has those of the block. */
export function directiveComment({ line, block }: Directive): string {
  const own = line.comments.before.length + line.comments.suffix.length > 0
  const { before, suffix } = block && !own ? block.comments : line.comments
  return [...before, ...suffix]
    .filter(({ token }) => token.startsWith('//'))
    .map(({ token }) => commentText(token))
    .join('\n')
}

/** The text of a `//` comment, without spaces at its ends. */
export function commentText(token: string): string {
  return trimSpace(token.startsWith('//') ? token.slice(2) : token)
}

/** Whether a line has the comment `// indirect`, alone or before a semicolon. */
export function isIndirect({ comments }: Line): boolean {
  const [first, ...more] = fields(commentText(comments.suffix[0]?.token ?? ''))
  return more.length > 0 ? first === 'indirect;' : first === 'indirect'
}

/** The first paragraph that begins with "Deprecated:", without that word (Go Modules Reference, "Deprecation"). */
export function deprecation(comment: string): string {
  const mark = '\n\nDeprecated:'
  const text = `\n\n${comment}`
  const found = text.indexOf(mark)
  if (found < 0) return ''
  const message = text.slice(found + mark.length).replace(/^ +/, '')
  const end = message.indexOf('\n\n')
  return end < 0 ? message : message.slice(0, end)
}
