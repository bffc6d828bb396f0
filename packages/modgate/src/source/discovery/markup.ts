/**
 * Tags of a page, read as Go's discovery reads them: `encoding/xml` in its lax mode, token by token, never nested. Neither an HTML
 * parser nor regular expressions will do, since both see tags where Go sees a comment, a quoted string or the end of all reading, and
 * a page that says two things to two readers is how a module changes its owner. Linear in the page, which is bounded before.
 */

import { checkDeclaration } from './markup-declaration.ts'
import { MarkupError, meaningOf, nameOf } from './markup-text.ts'

export { MarkupError } from './markup-text.ts'

/** A tag. Names are without their prefix (`og:title` is `title`). */
export type Tag =
  | { readonly kind: 'start'; readonly name: string; readonly attributes: readonly Attribute[] }
  | { readonly kind: 'end'; readonly name: string }

export interface Attribute {
  readonly name: string
  readonly value: string
}

/** The tags of a page in their order. Ends with the page, or throws a MarkupError where Go stops reading. */
export function* tagsOf(page: Uint8Array): Generator<Tag> {
  const reader = new Reader(Buffer.from(page.buffer, page.byteOffset, page.byteLength).toString('latin1'))
  while (!reader.atEnd) {
    try {
      yield* reader.token()
    } catch (error) {
      throw error instanceof MarkupError ? reader.located(error) : error
    }
  }
}

const unexpectedEnd = 'unexpected EOF'

/** A place in a text whose characters are the page's bytes: no decoding before it is known what is to be decoded. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** The error with its line, as Go says it. */
  located(error: MarkupError): MarkupError {
    if (error.message.startsWith('xml: ')) return error
    const line = this.#text.slice(0, this.#at).split('\n').length
    return new MarkupError(`XML syntax error on line ${line}: ${error.message}`)
  }

  /** Reads on behind the next token; answers its tags: none for text, two for one that closes itself. */
  token(): readonly Tag[] {
    if (this.#text[this.#at] !== '<') return this.#content()
    this.#at++
    const mark = this.#take()
    if (mark === '/') return [this.#endTag()]
    if (mark === '?') return this.#instruction()
    if (mark === '!') return this.#declaration()
    this.#at--
    return this.#startTag()
  }

  #content(): readonly Tag[] {
    const stop = this.#find(/<|\]\]>/g, this.#at)
    const end = stop?.index ?? this.#text.length
    this.#refuseOpenReference(this.#text.slice(this.#at, end), stop === undefined)
    const text = this.#text.slice(this.#at, end)
    this.#at = end
    if (stop?.[0] === ']]>') {
      this.#at += 3
      throw new MarkupError('unescaped ]]> not in CDATA section')
    }
    meaningOf(text)
    return []
  }

  /** Go looks one character beyond a reference, so that a page cannot end in one. */
  #refuseOpenReference(text: string, atEnd: boolean): void {
    if (atEnd && /&(#(x[0-9A-Fa-f]*|[0-9]*)|[A-Za-z0-9_:.\-\x80-\xff]*)$/.test(text)) throw this.#endsEarly()
  }

  #endTag(): Tag {
    const name = this.#name('expected element name after </')
    this.#space()
    if (this.#take() !== '>') throw new MarkupError(`invalid characters between </${name} and >`)
    return { kind: 'end', name }
  }

  #startTag(): readonly Tag[] {
    const name = this.#name('expected element name after <')
    const attributes: Attribute[] = []
    for (;;) {
      this.#space()
      const mark = this.#take()
      if (mark === '>') return [{ kind: 'start', name, attributes }]
      if (mark === '/') {
        if (this.#take() !== '>') throw new MarkupError('expected /> in element')
        return [
          { kind: 'start', name, attributes },
          { kind: 'end', name },
        ]
      }
      this.#at--
      attributes.push(this.#attribute())
    }
  }

  #attribute(): Attribute {
    const name = this.#name('expected attribute name in element')
    this.#space()
    if (this.#take() !== '=') {
      this.#at--
      return { name, value: name }
    }
    this.#space()
    const quote = this.#take()
    if (quote === '"' || quote === "'") return { name, value: this.#quoted(quote) }
    this.#at--
    const end = this.#find(/[^A-Za-z0-9_:-]/g, this.#at)
    if (!end) throw this.#endsEarly()
    const value = this.#text.slice(this.#at, end.index)
    this.#at = end.index
    return { name, value }
  }

  #quoted(quote: string): string {
    const stop = this.#find(quote === '"' ? /["<]/g : /['<]/g, this.#at)
    const text = this.#text.slice(this.#at, stop?.index)
    this.#refuseOpenReference(text, stop === undefined)
    this.#at = stop ? stop.index + 1 : this.#text.length
    if (stop?.[0] === '<') throw new MarkupError('unescaped < inside quoted string')
    return meaningOf(text)
  }

  /** `<?target … ?>` */
  #instruction(): readonly Tag[] {
    const target = this.#fullName('expected target name after <?')
    this.#space()
    const content = this.#until('?>')
    if (target === 'xml') checkDeclaration(content)
    return []
  }

  /** Behind `<!`: a comment, a CDATA section, or a directive such as DOCTYPE. */
  #declaration(): readonly Tag[] {
    const mark = this.#take()
    if (mark === '-') this.#comment()
    else if (mark === '[') this.#cdata()
    else this.#directive()
    return []
  }

  #comment(): void {
    if (this.#take() !== '-') throw new MarkupError('invalid sequence <!- not part of <!--')
    this.#until('--')
    if (this.#take() !== '>') throw new MarkupError('invalid sequence "--" not allowed in comments')
  }

  #cdata(): void {
    for (const expected of 'CDATA[') {
      if (this.#take() !== expected) throw new MarkupError('invalid <![ sequence')
    }
    const end = this.#text.indexOf(']]>', this.#at)
    if (end < 0) throw this.#endsEarly('unexpected EOF in CDATA section')
    const text = this.#text.slice(this.#at, end)
    this.#at = end + 3
    // References are none here.
    meaningOf(text.replaceAll('&', ' '))
  }

  /** To the `>` that closes it: angle brackets nest, except in quotes and comments. */
  #directive(): void {
    let depth = 0
    let quote = ''
    for (;;) {
      const stop = this.#find(quote === '' ? /["'<>]/g : quote === '"' ? /"/g : /'/g, this.#at)
      if (!stop) throw this.#endsEarly()
      this.#at = stop.index + 1
      const [mark] = stop
      if (quote !== '') quote = ''
      else if (mark === '"' || mark === "'") quote = mark
      else if (mark === '<') depth += this.#nested()
      else if (depth-- === 0) return
    }
  }

  /** Behind a `<` in a directive: 0 where a comment stood there, 1 for a level more. What looks like the start of one is no mark. */
  #nested(): 0 | 1 {
    for (const expected of '!--') {
      if (this.#take() === expected) continue
      this.#at--
      return 1
    }
    this.#until('-->')
    return 0
  }

  /** The name here, without its prefix. */
  #name(expected: string): string {
    const name = this.#fullName(expected)
    const parts = name.split(':')
    if (parts.length > 2) throw new MarkupError(expected)
    const [prefix, local] = parts
    return prefix === '' || local === undefined || local === '' ? name : local
  }

  #fullName(expected: string): string {
    const end = this.#find(/[^A-Za-z0-9_:.\-\x80-\xff]/g, this.#at)
    if (!end) throw this.#endsEarly()
    if (end.index === this.#at) throw new MarkupError(expected)
    const bytes = this.#text.slice(this.#at, end.index)
    this.#at = end.index
    return nameOf(bytes)
  }

  #space(): void {
    this.#at = this.#find(/[^ \r\n\t]/g, this.#at)?.index ?? this.#text.length
  }

  #take(): string {
    const mark = this.#text[this.#at]
    if (mark === undefined) throw this.#endsEarly()
    this.#at++
    return mark
  }

  /** What stands before a mark; reads on behind it. */
  #until(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at)
    if (end < 0) throw this.#endsEarly()
    const text = this.#text.slice(this.#at, end)
    this.#at = end + mark.length
    return text
  }

  #find(pattern: RegExp, from: number): RegExpExecArray | undefined {
    pattern.lastIndex = from
    return pattern.exec(this.#text) ?? undefined
  }

  #endsEarly(reason = unexpectedEnd): MarkupError {
    this.#at = this.#text.length
    return new MarkupError(reason)
  }
}
