import type { Comment, Comments, FileSyntax, Line, LineBlock, Statement } from './syntax.ts'
import { encodeText, trimSpace } from './text.ts'

/**
 * The file in Go's standard layout, as `go mod edit -fmt` writes it after {@link sortBlocks} and {@link cleanup}: tabs, single spaces, at most one blank line; comments and
 * blocks stay. Formatting twice changes nothing more.
 */
export function format(syntax: FileSyntax): string {
  return new Printer().file(syntax)
}

/** {@link format} as bytes: also right where a comment holds bytes that are not UTF-8. */
export function formatBytes(syntax: FileSyntax): Uint8Array {
  return encodeText(format(syntax))
}

class Printer {
  readonly #lines: string[] = []
  #current = ''
  /** Comments that wait for the end of the current line. */
  #pending: Comment[] = []
  #margin = ''

  file(syntax: FileSyntax): string {
    this.#comments(syntax.comments.before)
    for (const [index, statement] of syntax.statements.entries()) {
      if (index > 0) this.#newline()
      this.#statement(statement)
      if (statement.kind !== 'comment') this.#newline()
      this.#comments(statement.comments.after)
    }
    return this.#finish()
  }

  #finish(): string {
    const lines = [...this.#lines, this.#current]
    while (lines.length > 1 && lines.at(-1) === '' && lines.at(-2) === '') lines.pop()
    return lines.length === 1 ? (lines[0] ?? '') : lines.join('\n')
  }

  #write(text: string): void {
    const [first = '', ...more] = text.split('\n')
    this.#current += first
    for (const line of more) {
      this.#lines.push(this.#current)
      this.#current = line
    }
  }

  #trim(): void {
    let end = this.#current.length
    while (end > 0 && ' \t'.includes(this.#current[end - 1] ?? '')) end--
    this.#current = this.#current.slice(0, end)
  }

  #newline(): void {
    for (const [index, comment] of this.#pending.entries()) {
      if (index > 0) {
        this.#trim()
        this.#write('\n' + this.#margin)
      } else this.#write(' ')
      this.#write(trimSpace(comment.token))
    }
    this.#pending = []
    this.#trim()
    // No blank line at the top, and no second one in a row.
    const blank = this.#current === '' && (this.#lines.length === 0 || this.#lines.at(-1) === '')
    if (!blank) this.#write('\n')
    this.#write(this.#margin)
  }

  #comments(comments: readonly Comment[]): void {
    for (const comment of comments) {
      this.#write(trimSpace(comment.token))
      this.#newline()
    }
  }

  #before({ before }: Comments): void {
    if (before.length === 0) return
    this.#trim()
    if (this.#current !== '') this.#write('\n')
    this.#write(this.#margin)
    this.#comments(before)
  }

  #statement(statement: Statement): void {
    this.#before(statement.comments)
    if (statement.kind === 'line') this.#tokens(statement.tokens)
    if (statement.kind === 'block') this.#block(statement)
    this.#pending.push(...statement.comments.suffix)
  }

  #block({ tokens, lparen, lines, rparen }: LineBlock): void {
    this.#tokens(tokens)
    this.#write(' ')
    this.#before(lparen.comments)
    this.#write('(')
    this.#pending.push(...lparen.comments.suffix)
    this.#margin += '\t'
    for (const line of lines) this.#blockLine(line)
    this.#margin = this.#margin.slice(1)
    this.#newline()
    this.#before(rparen.comments)
    this.#write(')')
    this.#pending.push(...rparen.comments.suffix)
  }

  #blockLine(line: Line): void {
    this.#newline()
    this.#statement(line)
  }

  #tokens(tokens: readonly string[]): void {
    let text = ''
    let separator = ''
    for (const token of tokens) {
      if (isOneOf(token, ',)]}')) separator = ''
      text += separator + token
      separator = isOneOf(token, '([{') ? '' : ' '
    }
    this.#write(text)
  }
}

function isOneOf(token: string, marks: string): boolean {
  return token.length === 1 && marks.includes(token)
}
