import { directiveComment } from './directive-comment.ts'
import { Directive, DirectiveError } from './directive.ts'
import type { Reading } from './directive.ts'
import type { ModfileError } from './error.ts'
import { modfileError } from './error.ts'
import type { ModFile, VersionFixer, VersionInterval } from './file.ts'
import { quote } from './quote.ts'

const asWritten: VersionFixer = (_path, version) => version

/**
 * Reads `retract v1.2.3` and `retract [v1.2.0, v1.3.0]`. Versions stay as they are written until {@link fixRetracts}, because
 * the module path that fixing needs may stand at the end of the file. In a dependency a form to come is passed over.
 */
export function readRetract(file: ModFile, directive: Directive): void {
  const { strict } = directive.reading
  const rationale = directiveComment(directive)
  try {
    const { interval, used } = readInterval(directive, '', asWritten)
    if (strict && used < directive.count) {
      throw new DirectiveError(`unexpected token after version: ${quote(directive.token(used))}`)
    }
    file.retract.push({ ...interval, rationale, syntax: directive.line })
  } catch (error) {
    if (strict || !(error instanceof DirectiveError)) throw error
  }
}

/** Fixes the versions of all retract directives, if there is a fixer, and returns what is wrong with them. */
export function fixRetracts(file: ModFile, reading: Reading): ModfileError[] {
  const { fix } = reading
  const [first] = file.retract
  if (!fix || !first) return []
  const path = file.module?.path ?? ''
  if (path === '') {
    const reason = 'no module directive found, so retract cannot be used'
    return [modfileError({ file: reading.file, at: first.syntax.start, reason })]
  }
  const errors: ModfileError[] = []
  for (const retract of file.retract) {
    try {
      // Go passes over the verb here even where it stands once more inside of a block.
      const first = retract.syntax.tokens[0] === 'retract' ? 1 : 0
      const directive = new Directive(reading, 'retract', retract.syntax, undefined, first)
      Object.assign(retract, readInterval(directive, path, fix).interval)
    } catch (error) {
      if (!(error instanceof DirectiveError)) throw error
      errors.push(error.at(reading.file, retract.syntax))
    }
  }
  return errors
}

/** Reads an interval, and says how many tokens it took. */
function readInterval(
  directive: Directive,
  path: string,
  fix: VersionFixer,
): { interval: VersionInterval; used: number } {
  const { count } = directive
  const expect = (index: number, mark: string, before: string) => {
    if (directive.token(index) !== mark) throw new DirectiveError(`expected '${mark}' after ${before}`)
  }
  const version = (index: number, before: string) => {
    if (index >= count) throw new DirectiveError(`expected version after '${before}'`)
    return directive.version(index, path, fix)
  }
  if (count === 0 || directive.token(0) === '(') throw new DirectiveError("expected '[' or version")
  if (directive.token(0) !== '[') {
    const only = directive.version(0, path, fix)
    return { interval: { low: only, high: only }, used: 1 }
  }
  const low = version(1, '[')
  expect(2, ',', 'version')
  const high = version(3, ',')
  expect(4, ']', 'version')
  return { interval: { low, high }, used: 5 }
}
