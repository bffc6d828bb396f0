import { onlyFirst, without } from './edit-list.ts'
import { expectGoVersion, expectToolchain } from './edit-statement.ts'
import type { WorkFile } from './file.ts'
import { autoQuote } from './quote.ts'
import { sortBlocks } from './sort.ts'
import type { FileSyntax, Line } from './syntax.ts'
import { newLine } from './syntax.ts'
import { addLine, updateLine } from './syntax-edit.ts'

/** Sets the go version of a go.work file; a new line is the first one. Throws {@link ErrorList} for what is no go version. */
export function addWorkGoStmt(file: WorkFile, version: string): void {
  expectGoVersion(version)
  const tokens = ['go', version]
  if (file.go) {
    file.go.version = version
    updateLine(file.go.syntax, tokens)
  } else file.go = { version, syntax: insertLine(file.syntax, afterComments(file.syntax), tokens) }
}

/** Sets the toolchain of a go.work file; a new line follows the go line. Throws {@link ErrorList} for what is no toolchain's name. */
export function addWorkToolchainStmt(file: WorkFile, name: string): void {
  expectToolchain(name)
  const tokens = ['toolchain', name]
  if (file.toolchain) {
    file.toolchain.name = name
    updateLine(file.toolchain.syntax, tokens)
    return
  }
  const go = file.syntax.statements.findIndex((statement) => statement.kind === 'line' && statement.tokens[0] === 'go')
  const at = go < 0 ? afterComments(file.syntax) : go + 1
  file.toolchain = { name, syntax: insertLine(file.syntax, at, tokens) }
}

/** Uses the module of a directory; `modulePath` is remembered, not written. */
export function addUse(file: WorkFile, path: string, modulePath = ''): void {
  const { first, rest } = onlyFirst(file.use, (use) => use.path === path)
  file.use = rest
  if (first) {
    first.modulePath = modulePath
    updateLine(first.syntax, ['use', autoQuote(path)])
  } else file.use.push({ path, modulePath, syntax: addLine(file.syntax, ['use', autoQuote(path)]) })
}

/** No longer uses a directory. */
export function dropUse(file: WorkFile, path: string): void {
  file.use = without(file.use, (use) => use.path === path)
}

/** Makes the file use exactly these directories, and sorts its blocks. */
export function setUse(file: WorkFile, uses: readonly { path: string; modulePath?: string }[]): void {
  const needed = new Map(uses.map(({ path, modulePath }) => [path, modulePath]))
  file.use = without(file.use, (use) => !needed.has(use.path))
  for (const [path, modulePath] of needed) addUse(file, path, modulePath)
  sortBlocks(file)
}

/** The index of the first statement, so that comments at the top stay there. */
function afterComments({ statements }: FileSyntax): number {
  const index = statements.findIndex(({ kind }) => kind !== 'comment')
  return index < 0 ? statements.length : index
}

function insertLine(syntax: FileSyntax, at: number, tokens: string[]): Line {
  const line = newLine(tokens)
  syntax.statements.splice(at, 0, line)
  return line
}
