import type { Directive } from './directive.ts'
import { DirectiveError } from './directive.ts'
import type { CommonFile } from './file.ts'
import { isGoVersion, isToolchain, languageVersion } from './grammar.ts'

/** Reads `go 1.23`; in a dependency also a version with a tail that no go of today writes. */
export function readGo(file: CommonFile, directive: Directive): void {
  if (file.go) throw new DirectiveError('repeated go statement')
  directive.expectOne()
  const written = directive.token(0)
  const version = isGoVersion(written) ? written : directive.reading.strict ? undefined : languageVersion(written)
  if (version === undefined) throw new DirectiveError(`invalid go version '${written}': must match format 1.23.0`)
  directive.setToken(0, version)
  file.go = { version, syntax: directive.line }
}

/** Reads `toolchain go1.23.4`. */
export function readToolchain(file: CommonFile, directive: Directive): void {
  if (file.toolchain) throw new DirectiveError('repeated toolchain statement')
  directive.expectOne()
  const name = directive.token(0)
  if (!isToolchain(name)) {
    throw new DirectiveError(`invalid toolchain version '${name}': must match format go1.23.0 or default`)
  }
  file.toolchain = { name, syntax: directive.line }
}

/** Reads `godebug key=value`. */
export function readGodebug(file: CommonFile, directive: Directive): void {
  const token = directive.token(0)
  const at = token.indexOf('=')
  if (directive.count !== 1 || at < 0 || /["'`,]/.test(token)) throw new DirectiveError('usage: godebug key=value')
  file.godebug.push({ key: token.slice(0, at), value: token.slice(at + 1), syntax: directive.line })
}
