/**
 * Shell text taken apart into commands and words ("Shell Command Language", POSIX.1-2024), as far as assignments need it: quotes,
 * escapes, comments, continued lines, here-documents. One pass, nothing is expanded: a word with an expansion is not known.
 */

export interface Word {
  /** Without its quotes; expansions stand in it as they are written. */
  readonly text: string
  readonly known: boolean
  /** At which it ends. */
  readonly line: number
}

export interface ShellCommand {
  readonly line: number
  readonly words: readonly Word[]
  /** Where its output goes. */
  readonly outputs: readonly string[]
  /** The text of its here-document, and the line at which that begins. */
  readonly document?: { readonly text: string; readonly line: number }
}

const maxCommands = 20_000

/** The commands of a text, in its order; at most 20,000. */
export function shellCommands(text: string, firstLine = 1): readonly ShellCommand[] {
  const reader = new Reader(text, firstLine)
  return reader.commands()
}

interface Draft {
  line: number
  words: Word[]
  outputs: string[]
  document?: { text: string; line: number }
}

class Reader {
  readonly #text: string
  readonly #found: Draft[] = []
  #at = 0
  #line: number
  #draft: Draft
  #word = ''
  #inWord = false
  #known = true
  #toOutput = false
  #toDelimiter = false
  #delimiter: string | undefined

  constructor(text: string, firstLine: number) {
    this.#text = text
    this.#line = firstLine
    this.#draft = { line: firstLine, words: [], outputs: [] }
  }

  commands(): readonly ShellCommand[] {
    while (this.#at < this.#text.length && this.#found.length < maxCommands) this.#step(this.#text[this.#at]!)
    this.#endCommand()
    return this.#found
  }

  #step(char: string): void {
    if (char === '\n') this.#newline()
    else if (char === '\\') this.#escape()
    else if (char === "'" || char === '"') this.#quoted(char)
    else if (char === '$' || char === '`') this.#expansion()
    else if (char === '#' && !this.#inWord) this.#at = this.#endOfLine()
    else if (char === ' ' || char === '\t' || char === '\r') this.#skip(() => this.#endWord())
    else if (char === ';' || char === '&' || char === '|' || char === '(' || char === ')')
      this.#skip(() => this.#endCommand())
    else if (char === '>') this.#redirect()
    else if (char === '<') this.#input()
    else this.#take(char)
  }

  #take(text: string): void {
    this.#word += text
    this.#inWord = true
    this.#at += text.length
  }

  #skip(then: () => void): void {
    this.#at++
    then()
  }

  #escape(): void {
    const next = this.#text[this.#at + 1] ?? ''
    this.#at++
    if (next === '\n') {
      this.#at++
      this.#line++
    } else if (next === '\r') this.#at++
    else this.#take(next)
  }

  #quoted(quote: string): void {
    this.#inWord = true
    this.#at++
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at]!
      if (char === quote) break
      if (quote === '"' && (char === '$' || char === '`')) this.#expansion()
      else if (quote === '"' && char === '\\' && this.#at + 1 < this.#text.length) this.#escape()
      else {
        if (char === '\n') this.#line++
        this.#take(char)
      }
    }
    this.#at++
  }

  /** Takes a whole `$(…)`, `${…}`, `${{ … }}`, backquoted command or `$NAME` into the word, as it stands. */
  #expansion(): void {
    const start = this.#at
    const [char, next] = [this.#text[start]!, this.#text[start + 1] ?? '']
    const end =
      char === '`'
        ? this.#closing('', '`')
        : next === '('
          ? this.#closing('(', ')')
          : next === '{'
            ? this.#closing('{', '}')
            : start + 1
    const taken = this.#text.slice(start, end)
    this.#known = this.#known && char === '$' && !/[A-Za-z0-9_@*#?$!({-]/.test(next)
    for (const letter of taken) if (letter === '\n') this.#line++
    this.#take(taken)
  }

  /** The offset after the closing sign that belongs to the opening one; the end of the text where there is none. */
  #closing(open: string, close: string): number {
    let depth = open === '' ? 1 : 0
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const char = this.#text[at]!
      if (char === close && --depth === 0) return at + 1
      if (char === open) depth++
    }
    return this.#text.length
  }

  #redirect(): void {
    // A number before it is a descriptor, no word.
    if (/^\d*$/.test(this.#word)) [this.#word, this.#inWord] = ['', false]
    this.#endWord()
    while (this.#text[this.#at] === '>' || this.#text[this.#at] === '&') this.#at++
    this.#toOutput = true
  }

  #input(): void {
    this.#endWord()
    const isDocument = this.#text.startsWith('<<', this.#at) && !this.#text.startsWith('<<<', this.#at)
    while (this.#text[this.#at] === '<') this.#at++
    if (isDocument && this.#text[this.#at] === '-') this.#at++
    if (isDocument) this.#toDelimiter = true
  }

  #newline(): void {
    this.#endWord()
    this.#at++
    this.#line++
    if (this.#delimiter !== undefined) this.#document(this.#delimiter)
    this.#endCommand()
  }

  #document(delimiter: string): void {
    const [start, line] = [this.#at, this.#line]
    let end = start
    while (this.#at < this.#text.length) {
      const stop = this.#endOfLine()
      const content = this.#text.slice(this.#at, stop).trim()
      end = this.#at
      this.#at = stop + 1
      this.#line++
      if (content === delimiter) break
      end = stop
    }
    this.#draft.document = { text: this.#text.slice(start, end), line }
    this.#delimiter = undefined
  }

  #endOfLine(): number {
    const end = this.#text.indexOf('\n', this.#at)
    return end < 0 ? this.#text.length : end
  }

  #endWord(): void {
    if (!this.#inWord) return
    const word = { text: this.#word, known: this.#known, line: this.#line }
    if (this.#toOutput) this.#draft.outputs.push(word.text)
    else if (this.#toDelimiter) this.#delimiter = word.text
    else {
      if (this.#draft.words.length === 0) this.#draft.line = this.#line
      this.#draft.words.push(word)
    }
    this.#word = ''
    this.#inWord = false
    this.#known = true
    this.#toOutput = false
    this.#toDelimiter = false
  }

  #endCommand(): void {
    this.#endWord()
    if (this.#delimiter !== undefined && this.#draft.document === undefined && this.#at < this.#text.length) {
      // `cat <<EOF | sort`: the document belongs to what follows on the line as much.
      return
    }
    if (this.#draft.words.length > 0) this.#found.push(this.#draft)
    this.#draft = { line: this.#line, words: [], outputs: [] }
  }
}
