import { errorOf } from './error.ts'
import type { ErrorList } from './error.ts'
import { quote } from './quote.ts'
import type { Comment, Position } from './syntax.ts'
import { isPrint, runeSize, trimSpace } from './text.ts'

const punctuation = ['\n', '(', ')', '[', ']', '{', '}', ','] as const

/** `comment` has a line to itself, `eolComment` ends a line that has other tokens. */
export type TokenKind = 'eof' | 'eolComment' | 'comment' | 'identifier' | 'string' | (typeof punctuation)[number]

/** One token with its text; a comment's text lacks its newline. */
export interface Token {
  readonly kind: TokenKind
  readonly start: Position
  readonly end: Position
  readonly text: string
}

const punctuationKinds: ReadonlyMap<string, TokenKind> = new Map(punctuation.map((mark) => [mark, mark]))

/** Whether a token of this kind ends a line. */
export function isEndOfLine(kind: TokenKind): boolean {
  return kind === 'eof' || kind === 'eolComment' || kind === '\n'
}

/** Splits a go.mod file into tokens, once, from start to end (Go Modules Reference, "Lexical elements"). */
export class Lexer {
  /** Comments that end a line, for a later pass to attach to what they follow. */
  readonly suffixes: Comment[] = []
  readonly #file: string
  readonly #text: string
  #index = 0
  #line = 1
  #column = 1
  #offset = 0
  #lineIndex = 0
  /** What most of a file consists of: each character a byte and a column wide, and none that means anything. */
  readonly #plain = { word: /(?:[!-'*+.0-Z^-z|~\\-]|\/(?![/*]))+/y, comment: /[ -~\t]+/y }

  constructor(file: string, text: string) {
    this.#file = file
    this.#text = text
  }

  /** Where the next character stands. */
  get position(): Position {
    return { line: this.#line, column: this.#column, offset: this.#offset }
  }

  /** The next token; `eof` again and again at the end. Throws {@link ErrorList} where no token can start. */
  next(): Token {
    this.#skipSpace()
    if (this.#text.startsWith('//', this.#index)) return this.#comment()
    if (this.#text.startsWith('/*', this.#index)) throw this.#blockComment()
    const char = this.#text[this.#index]
    if (char === undefined) return this.#token('eof', this.position, this.#index)
    const mark = punctuationKinds.get(char)
    if (mark !== undefined) return this.#single(mark)
    if (char === '"' || char === '`') return this.#string(char)
    return this.#identifier()
  }

  /** An error at `at`, ready to be thrown. */
  error(reason: string, at: Position = this.position): ErrorList {
    return errorOf({ file: this.#file, at, reason })
  }

  #blockComment(): ErrorList {
    return this.error('mod files must use // comments (not /* */ comments)')
  }

  #peek(): number {
    return this.#text.codePointAt(this.#index) ?? 0
  }

  #advance(): void {
    const code = this.#peek()
    this.#index += code > 0xffff ? 2 : 1
    this.#offset += runeSize(code)
    this.#column++
    if (code !== 0x0a) return
    this.#line++
    this.#column = 1
    this.#lineIndex = this.#index
  }

  /** Goes on to the end of such characters. */
  #run(plain: RegExp): void {
    plain.lastIndex = this.#index
    if (!plain.test(this.#text)) return
    const length = plain.lastIndex - this.#index
    this.#index += length
    this.#offset += length
    this.#column += length
  }

  #skipSpace(): void {
    for (let code = this.#peek(); code === 0x20 || code === 0x09 || code === 0x0d; code = this.#peek()) this.#advance()
  }

  #token(kind: TokenKind, start: Position, from: number): Token {
    return { kind, start, end: this.position, text: this.#text.slice(from, this.#index) }
  }

  #single(kind: TokenKind): Token {
    const start = this.position
    const from = this.#index
    this.#advance()
    return this.#token(kind, start, from)
  }

  #comment(): Token {
    const start = this.position
    const from = this.#index
    const suffix = trimSpace(this.#text.slice(this.#lineIndex, from)) !== ''
    this.#run(this.#plain.comment)
    while (this.#index < this.#text.length && this.#text[this.#index] !== '\n') this.#advance()
    const whole = this.#index < this.#text.length
    const raw = this.#text.slice(from, this.#index)
    // Only a carriage return that belongs to a line's end goes; at the end of the file it stays in the comment.
    const text = whole && raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (whole) this.#advance()
    if (suffix) this.suffixes.push({ start, token: text, suffix })
    return { kind: suffix ? 'eolComment' : 'comment', start, end: this.position, text }
  }

  #string(mark: string): Token {
    const start = this.position
    const from = this.#index
    this.#advance()
    for (;;) {
      const char = this.#text[this.#index]
      if (char === undefined) throw this.error('unexpected EOF in string', start)
      if (char === '\n') throw this.error('unexpected newline in string')
      this.#advance()
      if (char === mark) return this.#token('string', start, from)
      if (char !== '\\' || mark === '`') continue
      if (this.#index >= this.#text.length) throw this.error('unexpected EOF in string', start)
      this.#advance()
    }
  }

  #identifier(): Token {
    const start = this.position
    const from = this.#index
    if (!isIdentifier(this.#peek())) throw this.error(`unexpected input character ${quotedRune(this.#peek())}`)
    this.#run(this.#plain.word)
    while (isIdentifier(this.#peek()) && !this.#text.startsWith('//', this.#index)) {
      if (this.#text.startsWith('/*', this.#index)) throw this.#blockComment()
      this.#advance()
    }
    return this.#token('identifier', start, from)
  }
}

function isIdentifier(code: number): boolean {
  return isPrint(code) && !(code < 0x80 && ' ()[]{},'.includes(String.fromCharCode(code)))
}

/** A rune in Go's single quotes; only unprintable ones ever need it here. */
function quotedRune(code: number): string {
  return `'${quote(String.fromCodePoint(code)).slice(1, -1)}'`
}
