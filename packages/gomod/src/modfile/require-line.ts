import { commentText, isIndirect } from './directive-comment.ts'
import type { Require } from './file.ts'
import { nowhere } from './syntax.ts'

/** Changes the version of a require line. */
export function setVersion(require: Require, version: string): void {
  require.version = version
  const { inBlock, comments, tokens } = require.syntax
  // A blank line above would otherwise stay when sorting moves the line (golang.org/issue/33779).
  if (inBlock && comments.before.length === 1 && comments.before[0]?.token === '') comments.before = []
  const at = inBlock ? 1 : 2
  if (tokens.length > at) tokens[at] = version
}

/** Marks a require line as `// indirect` or takes the mark away; other words of the comment stay. */
export function setIndirect(require: Require, indirect: boolean): void {
  require.indirect = indirect
  const { comments } = require.syntax
  if (isIndirect(require.syntax) === indirect) return
  const [comment] = comments.suffix
  if (!comment) {
    comments.suffix = [{ start: nowhere, token: '// indirect', suffix: true }]
    return
  }
  const text = commentText(comment.token)
  if (indirect) comment.token = text === '' ? '// indirect' : `// indirect; ${text}`
  else if (text === 'indirect') comments.suffix = []
  else comment.token = '//' + comment.token.slice(comment.token.indexOf('indirect;') + 'indirect;'.length)
}
