import { isTag, type Expression } from './expression.ts'

/** The text behind `//go:build`; undefined for any other line. */
export function goBuildText(line: string): string | undefined {
  return behind('//go:build', line.trim())
}

/** The text behind `// +build`; undefined for any other line. */
export function plusBuildText(line: string): string | undefined {
  return line.startsWith('//') ? behind('+build', line.slice(2).trim()) : undefined
}

/** A mark stands alone, or with space behind it: `//go:builder` is no constraint. */
function behind(mark: string, line: string): string | undefined {
  if (!line.startsWith(mark)) return undefined
  const rest = line.slice(mark.length)
  return rest === '' || rest.trim().length < rest.length ? rest.trim() : undefined
}

/** Parses a line `//go:build …` or `// +build …`; undefined where it is neither, or its expression is malformed or too large. */
export function parseConstraint(line: string): Expression | undefined {
  const text = goBuildText(line)
  if (text !== undefined) return new Parser(text).whole()
  const old = plusBuildText(line)
  return old === undefined ? undefined : parsePlusBuild(old)
}

/** As Go has them: beyond it an expression is refused. */
const maxOperands = 1000
const maxOldOperators = 100

const token = /[ \t]*(?:([()!]|&&|\|\|)|([\p{L}\p{Nd}_.]+))/uy

/** The grammar of `//go:build` lines: `||` binds least, then `&&`, then `!`, which does not stand twice. */
class Parser {
  readonly #text: string
  #at = 0
  #operands = 0
  #token = ''
  #isTag = false

  constructor(text: string) {
    // Spaces at the end were trimmed, so that whatever no token begins with is a mistake.
    this.#text = text
  }

  whole(): Expression | undefined {
    const expression = this.#next() ? this.#or() : undefined
    return this.#token === '' && this.#at === this.#text.length ? expression : undefined
  }

  #or(): Expression | undefined {
    return this.#chain('or', '||', () => this.#chain('and', '&&', () => this.#not()))
  }

  #chain(kind: 'and' | 'or', mark: string, operand: () => Expression | undefined): Expression | undefined {
    let left = operand()
    while (left && this.#token === mark) {
      const right: Expression | undefined = this.#next() ? operand() : undefined
      left = right && { kind, left, right }
    }
    return left
  }

  #not(): Expression | undefined {
    if (++this.#operands > maxOperands) return undefined
    if (this.#token !== '!') return this.#atom()
    // An atom is no negation: two in a row are refused.
    const of = this.#next() ? this.#atom() : undefined
    return of && { kind: 'not', of }
  }

  #atom(): Expression | undefined {
    const tag = this.#token
    if (this.#isTag) return this.#next() ? { kind: 'tag', tag } : undefined
    if (tag !== '(' || !this.#next()) return undefined
    const inner = this.#or()
    return this.#token === ')' && this.#next() ? inner : undefined
  }

  /** Reads a token, none at the end; false where there is something else. */
  #next(): boolean {
    token.lastIndex = this.#at
    const found = token.exec(this.#text)
    this.#token = found?.[1] ?? found?.[2] ?? ''
    this.#isTag = found?.[2] !== undefined
    if (found) this.#at = token.lastIndex
    return found !== null || this.#at === this.#text.length
  }
}

/** The older form: words of which one must hold, each a list with commas of which all must. What is no tag is never set. */
function parsePlusBuild(text: string): Expression | undefined {
  const clauses = text.split(/\s+/).filter((clause) => clause !== '')
  const operators = clauses.reduce((sum, clause) => sum + clause.split(',').length, 0) - 1
  if (operators > maxOldOperators) return undefined
  const parsed = clauses.map((clause) => joined('and', clause.split(',').map(literal)))
  return parsed.length === 0 ? never : joined('or', parsed)
}

const never: Expression = { kind: 'tag', tag: 'ignore' }

function literal(word: string): Expression {
  if (word.startsWith('!!') || word === '!') return never
  const tag = word.startsWith('!') ? word.slice(1) : word
  const expression: Expression = isTag(tag) ? { kind: 'tag', tag } : never
  return word.startsWith('!') ? { kind: 'not', of: expression } : expression
}

function joined(kind: 'and' | 'or', operands: readonly Expression[]): Expression {
  return operands.reduce((left, right) => ({ kind, left, right }))
}
