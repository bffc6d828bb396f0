import { unquote } from '../modfile/index.ts'

/** The head of a Go source file. */
export interface FileHead {
  /** Of the package clause; empty where there is none. */
  readonly name: string
  /** Import paths in the order of the file, each as often as it stands there. */
  readonly imports: readonly string[]
  /** The text up to the end of the imports; of a file that is broken before, all of it. */
  readonly text: string
  /** Whether package clause or imports are not grammatical. Then `imports` has what came before. */
  readonly isBroken: boolean
  /** Whether a byte 0 stands in the head or ends it, which no Go source may have. */
  readonly hasNul: boolean
}

/**
 * Reads the head as the go command does when it looks for imports: package clause and import declarations, with comments and
 * semicolons wherever they may be. Linear in the length of the head.
 */
export function readHead(source: Uint8Array): FileHead {
  const reader = new HeadReader(source)
  const isBroken = !reader.read()
  const { name, imports } = reader
  const text = reader.text(reader.start, isBroken ? source.length : reader.at)
  return { name, imports, text, isBroken, hasNul: text.includes('\0') || source[reader.at] === 0 }
}

const [tab, newline, formFeed, carriageReturn, space] = [0x09, 0x0a, 0x0c, 0x0d, 0x20]
const [doubleQuote, leftParenthesis, rightParenthesis, star, dot, slash] = [0x22, 0x28, 0x29, 0x2a, 0x2e, 0x2f]
const [semicolon, backslash, backQuote] = [0x3b, 0x5c, 0x60]
const startOfImport = 0x69

/** Reads forward over bytes. Methods answer false where the grammar is broken. */
class HeadReader {
  readonly #bytes: Buffer
  /** Where the text begins: behind a byte order mark. */
  readonly start: number
  at: number
  name = ''
  readonly imports: string[] = []

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
    this.at = this.start
  }

  read(): boolean {
    if (!this.#skip() || !this.#keyword('package') || !this.#skip()) return false
    const begin = this.at
    if (!this.#identifier()) return false
    this.name = this.text(begin, this.at)
    if (!this.#skip()) return false
    while (this.#bytes[this.at] === startOfImport) {
      if (!this.#keyword('import') || !this.#skip() || !this.#declaration() || !this.#skip()) return false
    }
    return true
  }

  #declaration(): boolean {
    if (this.#bytes[this.at] !== leftParenthesis) return this.#spec()
    this.at++
    while (this.#skip() && this.#bytes[this.at] !== rightParenthesis) if (!this.#spec()) return false
    if (this.#bytes[this.at] !== rightParenthesis) return false
    this.at++
    return true
  }

  /** A name or a dot before it, if there is one, and a path. */
  #spec(): boolean {
    if (this.#bytes[this.at] === dot) this.at++
    else if (this.at < this.#bytes.length && isLetter(this.#bytes[this.at]!)) this.#identifier()
    if (!this.#skip()) return false
    const begin = this.at
    if (!this.#string()) return false
    const path = unquote(this.text(begin, this.at))
    if (path !== undefined) this.imports.push(path)
    return true
  }

  #string(): boolean {
    const bytes = this.#bytes
    const quote = bytes[this.at++]
    if (quote !== doubleQuote && quote !== backQuote) return false
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]
      if (byte === quote) {
        this.at++
        return true
      }
      if (quote === backQuote) continue
      if (byte === newline) return false
      if (byte === backslash) this.at++
    }
    return false
  }

  #keyword(word: string): boolean {
    if (this.text(this.at, this.at + word.length) !== word) return false
    this.at += word.length
    return this.at >= this.#bytes.length || !isLetter(this.#bytes[this.at]!)
  }

  #identifier(): boolean {
    const begin = this.at
    while (this.at < this.#bytes.length && isLetter(this.#bytes[this.at]!)) this.at++
    return this.at > begin
  }

  /** Skips white space, semicolons and comments. */
  #skip(): boolean {
    const bytes = this.#bytes
    for (; this.at < bytes.length; this.at++) {
      const byte = bytes[this.at]!
      if (byte === slash) {
        if (!this.#comment()) return false
      } else if (!isSkipped(byte)) return true
    }
    return true
  }

  /** Goes to the last byte of a comment. */
  #comment(): boolean {
    const bytes = this.#bytes
    if (bytes[this.at + 1] === slash) {
      const end = bytes.indexOf(newline, this.at)
      this.at = end < 0 ? bytes.length : end
      return true
    }
    if (bytes[this.at + 1] !== star) return false
    let end = bytes.indexOf(slash, this.at + 3)
    while (end >= 0 && bytes[end - 1] !== star) end = bytes.indexOf(slash, end + 1)
    this.at = end
    return end >= 0
  }

  text(begin: number, end: number): string {
    return this.#bytes.toString('utf8', begin, end)
  }
}

/** What identifiers are made of, as far as it matters here: letters, digits, underscores, and all that is not ASCII. */
function isLetter(byte: number): boolean {
  return (
    byte >= 0x80 ||
    byte === 0x5f ||
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39)
  )
}

function isSkipped(byte: number): boolean {
  return (
    byte === space ||
    byte === newline ||
    byte === tab ||
    byte === carriageReturn ||
    byte === semicolon ||
    byte === formFeed
  )
}
