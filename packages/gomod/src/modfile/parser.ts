import { attachSuffixes } from './comments.ts'
import { errorOf } from './error.ts'
import { isEndOfLine, Lexer } from './lexer.ts'
import type { Token } from './lexer.ts'
import type { Comment, FileSyntax, Line, LineBlock, Position, Statement } from './syntax.ts'
import { noComments, nowhere } from './syntax.ts'
import { decodeText, encodeText } from './text.ts'

/** The most bytes a go.mod file may have: the go command's own limit (golang.org/x/mod/zip, MaxGoMod). */
export const maxModBytes = 16 << 20

/** The most lines: 16 MiB of two-byte lines would cost gigabytes as a tree. The largest real files have thousands. */
export const maxModLines = 1 << 18

/** The syntax of a go.mod or go.work file: layout and comments, no meaning. Throws {@link ErrorList} with the first error. */
export function parseSyntax(file: string, data: Uint8Array | string): FileSyntax {
  const text = checkedText(file, data)
  return new Parser(file, text).parseFile()
}

function checkedText(file: string, data: Uint8Array | string): string {
  const reject = (what: string, limit: number) => errorOf({ file, reason: `too many ${what} (limit is ${limit})` })
  if (data.length > maxModBytes) throw reject('bytes', maxModBytes)
  // Lone surrogates in a caller's string go through bytes, so that they mean here what they mean everywhere in this room.
  const text = typeof data === 'string' && data.isWellFormed() ? data : decodeText(bytesOf(data))
  let lines = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++
  if (lines > maxModLines) throw reject('lines', maxModLines)
  return text
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? encodeText(data) : data
}

/** Reads statements with one token of lookahead. */
class Parser {
  readonly #lexer: Lexer
  readonly #file: FileSyntax
  #next: Token

  constructor(name: string, text: string) {
    this.#lexer = new Lexer(name, text)
    this.#file = { name, comments: noComments(), statements: [] }
    this.#next = this.#lexer.next()
  }

  parseFile(): FileSyntax {
    while (this.#next.kind !== 'eof') {
      if (this.#next.kind === '\n') this.#lex()
      else this.#file.statements.push(this.#next.kind === 'comment' ? this.#comments() : this.#statement())
    }
    attachSuffixes(this.#file, this.#lexer.suffixes)
    return this.#file
  }

  /** Whole-line comments: a statement right below takes them, a blank line sets them apart. */
  #comments(): Statement {
    const comments = noComments()
    const start = this.#next.start
    while (this.#next.kind === 'comment') comments.before.push(this.#wholeLine())
    if (isEndOfLine(this.#next.kind)) return { kind: 'comment', comments, start }
    const statement = this.#statement()
    statement.comments.before = comments.before
    return statement
  }

  #wholeLine(): Comment {
    const { start, text } = this.#lex()
    return { start, token: text, suffix: false }
  }

  #lex(): Token {
    const token = this.#next
    this.#next = this.#lexer.next()
    return token
  }

  #statement(): Line | LineBlock {
    const first = this.#lex()
    const tokens = [first.text]
    let end = first.end
    for (;;) {
      const token = this.#lex()
      if (isEndOfLine(token.kind)) return line(tokens, { start: first.start, end }, false)
      if (token.kind === '(') {
        const block = this.#block(tokens, first.start, token)
        if (block) return block
      } else {
        tokens.push(token.text)
        end = token.end
      }
    }
  }

  /** The block that `(` opens, or undefined where it is a token like others; then it and a `)` after it are in `tokens`. */
  #block(tokens: string[], start: Position, lparen: Token): LineBlock | undefined {
    if (isEndOfLine(this.#next.kind)) return this.#blockLines(tokens, start, lparen)
    if (this.#next.kind !== ')') {
      tokens.push(lparen.text)
      return undefined
    }
    const rparen = this.#lex()
    if (!isEndOfLine(this.#next.kind)) {
      tokens.push(lparen.text, rparen.text)
      return undefined
    }
    this.#lex()
    return block(tokens, start, { lparen: lparen.start, rparen: rparen.start })
  }

  #blockLines(tokens: string[], start: Position, lparen: Token): LineBlock {
    const lines: Line[] = []
    let comments: Comment[] = []
    while (this.#next.kind !== ')') {
      if (this.#next.kind === 'eof') {
        const where = `${this.#file.name}:${start.line}:${start.column}`
        throw this.#lexer.error(`syntax error (unterminated block started at ${where})`)
      }
      if (this.#next.kind === 'comment') comments.push(this.#wholeLine())
      else if (isEndOfLine(this.#next.kind)) {
        const blank =
          this.#lex().kind === '\n' && (comments.length > 0 ? comments.at(-1)?.token !== '' : lines.length > 0)
        if (blank) comments.push({ start: nowhere, token: '', suffix: false })
      } else {
        const next = this.#blockLine()
        next.comments.before = comments
        lines.push(next)
        comments = []
      }
    }
    const rparen = this.#lex()
    if (!isEndOfLine(this.#next.kind)) throw this.#lexer.error('syntax error (expected newline after closing paren)')
    this.#lex()
    const out = block(tokens, start, { lparen: lparen.start, rparen: rparen.start })
    out.lines = lines
    // A single blank line before the closing parenthesis is dropped.
    if (comments.length !== 1 || comments[0]?.token !== '') out.rparen.comments.before = comments
    return out
  }

  #blockLine(): Line {
    const first = this.#lex()
    const tokens = [first.text]
    let end = first.end
    for (let token = this.#lex(); !isEndOfLine(token.kind); token = this.#lex()) {
      tokens.push(token.text)
      end = token.end
    }
    return line(tokens, { start: first.start, end }, true)
  }
}

function line(tokens: string[], { start, end }: { start: Position; end: Position }, inBlock: boolean): Line {
  return { kind: 'line', comments: noComments(), start, end, tokens, inBlock }
}

function block(tokens: string[], start: Position, at: { lparen: Position; rparen: Position }): LineBlock {
  return {
    kind: 'block',
    comments: noComments(),
    start,
    tokens,
    lparen: { comments: noComments(), position: at.lparen },
    lines: [],
    rparen: { comments: noComments(), position: at.rparen },
  }
}
