import { parseLax } from '../modfile/index.ts'
import { matchPathMajor, splitPathVersion, type ModuleVersion } from '../module/index.ts'
import { isStrictVersion, pruningFor, summaryOf, type ModSummary } from './summary.ts'

/**
 * The summary of a dependency's go.mod file: that of {@link parseLax}, and what it throws. Nearly all files consist of lines of the
 * plainest form, of which no syntax tree is needed; a graph reads hundreds of them, and this is most of its time.
 */
export function readSummary(content: Uint8Array | string): ModSummary {
  // Bytes beyond ASCII only matter where the plain form ends.
  const text =
    typeof content === 'string'
      ? content
      : Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1')
  return plainSummary(text) ?? summaryOf(parseLax('go.mod', content))
}

const maxPlain = 1 << 20
/** Two slashes in it begin a comment, which is left to the parser: see `isPlain`. */
const word = '[A-Za-z0-9._~+-][A-Za-z0-9._~/+-]*'
const blank = '[ \\t]*'
/** A statement and its comment; what is none of these ends the plain form. */
const statement = new RegExp(
  `^${blank}(?:(module|go|toolchain|require|exclude)[ \\t]+(${word})(?:[ \\t]+(${word}))?|(${word})[ \\t]+(${word}))?${blank}(?://(.*))?$`,
)
const opening = new RegExp(`^(require|exclude|replace)[ \\t]+[(]${blank}$`)
const closing = new RegExp(`^${blank}[)]${blank}$`)
const replacing = new RegExp(
  `^${blank}(?:replace[ \\t]+)?${word}(?:[ \\t]+v[0-9]${word})?[ \\t]+=>[ \\t]+${word}(?:[ \\t]+v[0-9]${word})?${blank}$`,
)
const goLine = /^[1-9][0-9]*[.](?:0|[1-9][0-9]*)(?:[.](?:0|[1-9][0-9]*))?$/
const number = '(?:0|[1-9][0-9]*)'
const identifier = '(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
const plainVersion = new RegExp(
  `^v${number}[.]${number}[.]${number}(?:-${identifier}(?:[.]${identifier})*)?(?:[+]incompatible)?$`,
)

/** The summary of a file that has nothing but plain lines; undefined for any other. */
export function plainSummary(text: string): ModSummary | undefined {
  if (text.length > maxPlain || /Deprecated:|\r|\/\*/.test(text)) return undefined
  const reading = new PlainReading()
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    if (!reading.line(text.slice(start, end))) return undefined
    start = end + 1
  }
  return reading.summary()
}

/** One file, line by line. */
class PlainReading {
  #block: string | undefined
  #path: string | undefined
  #goVersion: string | undefined
  readonly #require: ModuleVersion[] = []

  /** Whether the line was of the plain form. */
  line(text: string): boolean {
    const line = text.includes('"') ? unquoted(text) : text
    const found = statement.exec(line)
    if (!found) return this.#border(line)
    const [, verb, first = '', second, path, version] = found
    if (verb === undefined && path === undefined) return true
    if (this.#block !== undefined) {
      // In a block a verb is a path like any other.
      return verb === undefined ? this.#version(this.#block, path!, version!) : false
    }
    return verb !== undefined && this.#directive(verb, first, second)
  }

  summary(): ModSummary | undefined {
    if (this.#block !== undefined) return undefined
    const [goVersion, require] = [this.#goVersion, this.#require]
    if (goVersion !== undefined && isStrictVersion(goVersion)) require.push({ path: 'go', version: goVersion })
    const pruning = goVersion === undefined ? 'unpruned' : pruningFor(goVersion)
    return { path: this.#path, goVersion, pruning, require, retract: [], deprecated: '' }
  }

  /** The beginning or the end of a block, or a line about a replacement, which only speaks to main modules. */
  #border(line: string): boolean {
    const block = opening.exec(line)?.[1]
    if (block !== undefined && this.#block === undefined) {
      this.#block = block
      return true
    }
    if (this.#block !== undefined && closing.test(line)) {
      this.#block = undefined
      return true
    }
    const isReplacement = this.#block === 'replace' || (this.#block === undefined && /^[ \t]*replace[ \t]/.test(line))
    return isReplacement && replacing.test(line)
  }

  #directive(verb: string, first: string, second: string | undefined): boolean {
    if (verb === 'require' || verb === 'exclude') return second !== undefined && this.#version(verb, first, second)
    if (second !== undefined || !isPlain(first)) return false
    if (verb === 'toolchain') return true
    // What stands there twice is an error, and its words are the parser's.
    if (verb === 'module') {
      if (this.#path !== undefined) return false
      this.#path = first
      return true
    }
    if (this.#goVersion !== undefined || !goLine.test(first)) return false
    this.#goVersion = first
    return true
  }

  #version(verb: string, path: string, version: string): boolean {
    if (verb === 'exclude') return true
    if (verb !== 'require' || !plainVersion.test(version) || !isPlain(path) || !isOfPath(path, version)) return false
    this.#require.push({ path, version })
    return true
  }
}

/**
 * The line without the quotes that go 1.11 put around paths. What has a slash in it is no verb, and no version of Go, for which
 * quotes would make a difference.
 */
function unquoted(line: string): string {
  return line.replace(/(?<=[ \t]|^)"([A-Za-z0-9._~+-]+(?:\/[A-Za-z0-9._~+-]+)+)"(?=[ \t]|$)/g, '$1')
}

const isPlain = (text: string): boolean => !text.includes('//')

/** Whether the major version fits, as go.mod files are asked. */
function isOfPath(path: string, version: string): boolean {
  if (!/^gopkg[.]in\/|\/v[0-9.]+$/.test(path)) return /^v[01][.]/.test(version) || version.endsWith('+incompatible')
  const split = splitPathVersion(path)
  return split !== undefined && matchPathMajor(version, split.pathMajor)
}
