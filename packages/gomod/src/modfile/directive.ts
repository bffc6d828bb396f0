import { canonicalVersion, ModuleError } from '../module/index.ts'
import { modfileError } from './error.ts'
import type { ModfileError } from './error.ts'
import type { VersionFixer } from './file.ts'
import { autoQuote, quote, unquote } from './quote.ts'
import type { Line, LineBlock } from './syntax.ts'

/** How a file is read. */
export interface Reading {
  readonly file: string
  readonly fix: VersionFixer | undefined
  /** False for the go.mod of a dependency: what only a main module may say, or a newer go understands, is passed over. */
  readonly strict: boolean
}

/** What a directive says wrongly; a file goes on after it, so this never leaves the room. */
export class DirectiveError extends Error {
  readonly verb: string
  readonly modulePath: string

  constructor(reason: string, verb = '', modulePath = '') {
    super(reason)
    this.verb = verb
    this.modulePath = modulePath
  }

  /** The error for users. */
  at(file: string, line: Line): ModfileError {
    return modfileError({
      file,
      at: line.start,
      verb: this.verb,
      modulePath: this.modulePath,
      reason: this.message,
    })
  }
}

/**
 * One directive with the arguments of its line. Reading an argument also rewrites its token in canonical form, so that a file
 * is formatted with what it means.
 */
export class Directive {
  readonly reading: Reading
  readonly verb: string
  readonly line: Line
  readonly block: LineBlock | undefined
  readonly #first: number

  /** `first` is the token with which the arguments begin. */
  constructor(reading: Reading, verb: string, line: Line, block?: LineBlock, first = line.inBlock ? 0 : 1) {
    this.reading = reading
    this.verb = verb
    this.line = line
    this.block = block
    this.#first = first
  }

  /** How many arguments there are. */
  get count(): number {
    return this.line.tokens.length - this.#first
  }

  /** Throws {@link DirectiveError} unless there is exactly one argument. */
  expectOne(): void {
    if (this.count !== 1) throw new DirectiveError(`${this.verb} directive expects exactly one argument`)
  }

  /** The token of an argument as it is written; empty beyond the last. */
  token(index: number): string {
    return this.line.tokens[this.#first + index] ?? ''
  }

  /** Writes a token anew. */
  setToken(index: number, token: string): void {
    this.line.tokens[this.#first + index] = token
  }

  /** The text of an argument, unquoted. Throws {@link DirectiveError}. */
  text(index: number): string {
    const { text, reason } = this.#unquoted(index)
    if (reason !== '') throw new DirectiveError(`invalid quoted string: ${reason}`)
    return text
  }

  /** The version that an argument means for `path`: fixed, or else canonical. Throws {@link DirectiveError}. */
  version(index: number, path: string, fix = this.reading.fix): string {
    const { text, reason } = this.#unquoted(index)
    if (reason !== '') throw this.#invalidVersion(path, text, reason)
    const version = fix ? this.#fixed(fix, path, text) : this.#canonical(path, text)
    this.setToken(index, version)
    return version
  }

  #canonical(path: string, text: string): string {
    const version = canonicalVersion(text)
    if (version === '') throw this.#invalidVersion(path, text, 'must be of the form v1.2.3')
    return version
  }

  #fixed(fix: VersionFixer, path: string, text: string): string {
    try {
      return fix(path, text)
    } catch (error) {
      if (error instanceof ModuleError && error.path !== undefined) {
        throw this.#invalidVersion(path, error.value, error.reason)
      }
      throw new DirectiveError(error instanceof Error ? error.message : String(error))
    }
  }

  #invalidVersion(path: string, version: string, reason: string): DirectiveError {
    return new DirectiveError(`version ${quote(version)} invalid: ${reason}`, this.verb, path)
  }

  #unquoted(index: number): { text: string; reason: string } {
    const token = this.token(index)
    if (!token.startsWith('"')) {
      // The other quotes are kept free, so that 'x' is an error and not a name with quotes in it.
      const reason = /["'`]/.test(token) ? 'unquoted string cannot contain quote' : ''
      return { text: token, reason }
    }
    const text = unquote(token)
    if (text === undefined) return { text: token, reason: 'invalid syntax' }
    this.setToken(index, autoQuote(text))
    return { text, reason: '' }
  }
}
