import { errorOf } from './error.ts'
import type { CommonFile, ModFile } from './file.ts'
import { isGoVersion, isToolchain } from './grammar.ts'
import { autoQuote, mustQuote, quote } from './quote.ts'
import { noComments, nowhere } from './syntax.ts'
import { addLine, cleanupSyntax, removeLine, updateLine } from './syntax-edit.ts'
import { onlyFirst, without } from './edit-list.ts'

/** Sets the module path. */
export function addModuleStmt(file: ModFile, path: string): void {
  const tokens = ['module', autoQuote(path)]
  if (file.module) {
    file.module.path = path
    updateLine(file.module.syntax, tokens)
  } else file.module = { path, deprecated: '', syntax: addLine(file.syntax, tokens) }
}

/** Sets the go version; a new line follows the module's. Throws {@link ErrorList} for what is no go version. */
export function addGoStmt(file: ModFile, version: string): void {
  expectGoVersion(version)
  const tokens = ['go', version]
  if (file.go) {
    file.go.version = version
    updateLine(file.go.syntax, tokens)
  } else file.go = { version, syntax: addLine(file.syntax, tokens, file.module?.syntax) }
}

/** Sets the toolchain; a new line follows the go line. Throws {@link ErrorList} for what is no toolchain's name. */
export function addToolchainStmt(file: ModFile, name: string): void {
  expectToolchain(name)
  const tokens = ['toolchain', name]
  if (file.toolchain) {
    file.toolchain.name = name
    updateLine(file.toolchain.syntax, tokens)
  } else file.toolchain = { name, syntax: addLine(file.syntax, tokens, file.go?.syntax ?? file.module?.syntax) }
}

/** Throws {@link ErrorList} unless this is a go version. */
export function expectGoVersion(version: string): void {
  if (!isGoVersion(version)) throw errorOf({ reason: `invalid language version ${quote(version)}` })
}

/** Throws {@link ErrorList} unless this is a toolchain's name that can stand in a file. */
export function expectToolchain(name: string): void {
  if (!isToolchain(name) || mustQuote(name)) throw errorOf({ reason: `invalid toolchain name ${quote(name)}` })
}

/** Removes the go directive, if there is one. */
export function dropGoStmt(file: CommonFile): void {
  if (file.go) removeLine(file.go.syntax)
  file.go = undefined
}

/** Removes the toolchain directive, if there is one. */
export function dropToolchainStmt(file: CommonFile): void {
  if (file.toolchain) removeLine(file.toolchain.syntax)
  file.toolchain = undefined
}

/** Sets a godebug key: in its first line, without the others, or in a new line. Throws {@link ErrorList} for what no line can hold. */
export function addGodebug(file: CommonFile, key: string, value: string): void {
  const token = `${key}=${value}`
  if (key.includes('=') || /[,"'`]/.test(token) || mustQuote(token)) {
    throw errorOf({ reason: `invalid godebug setting ${quote(token)}` })
  }
  const { first, rest } = onlyFirst(file.godebug, (godebug) => godebug.key === key)
  file.godebug = rest
  const tokens = ['godebug', token]
  if (first) {
    first.value = value
    updateLine(first.syntax, tokens)
  } else file.godebug.push({ key, value, syntax: addLine(file.syntax, tokens) })
}

/** Removes all godebug lines of a key. */
export function dropGodebug(file: CommonFile, key: string): void {
  file.godebug = without(file.godebug, (godebug) => godebug.key === key)
}

/** Ends the file with a comment; lines that do not begin with `//` get it. */
export function addComment(file: CommonFile, text: string): void {
  const comments = noComments()
  for (const line of text.split('\n')) {
    comments.before.push({ start: nowhere, token: line.startsWith('//') ? line : `// ${line}`, suffix: false })
  }
  file.syntax.statements.push({ kind: 'comment', comments, start: nowhere })
}

/** Takes out what edits removed: call it once, after the last of them and before formatting. */
export function cleanup(file: CommonFile): void {
  cleanupSyntax(file.syntax)
}
