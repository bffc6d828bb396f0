/**
 * go.mod, go.work and go.sum files (golang.org/x/mod/modfile): read, checked, edited and written in Go's layout.
 *
 * A file is read twice over. The syntax (lexer, parser, printer) knows lines, blocks and comments and no directive; the
 * directives are read from its lines and point back to them. An edit changes a directive and its line together, so that a file
 * keeps the comments and the order that people gave it, and formatting it is a matter of the syntax alone.
 *
 * Edits are functions over a file. Those that remove only mark lines: after the last edit, {@link cleanup} takes them out in one
 * pass, which keeps many edits linear. Everything that a file says wrongly is collected into one {@link ErrorList}; edits throw
 * the same. Bytes that are no UTF-8 survive from {@link parse} to {@link formatBytes}.
 */
export { ErrorList, type ModfileError } from './error.ts'
export { addIgnore, addTool, dropIgnore, dropTool } from './edit-path.ts'
export { addNewRequire, addRequire, dropRequire, setRequire } from './edit-require.ts'
export {
  addComment,
  addGodebug,
  addGoStmt,
  addModuleStmt,
  addToolchainStmt,
  cleanup,
  dropGodebug,
  dropGoStmt,
  dropToolchainStmt,
} from './edit-statement.ts'
export {
  addExclude,
  addReplace,
  addRetract,
  dropExclude,
  dropReplace,
  dropRetract,
  type ReplaceTarget,
} from './edit-version.ts'
export { addUse, addWorkGoStmt, addWorkToolchainStmt, dropUse, setUse } from './edit-work.ts'
export {
  newModFile,
  newWorkFile,
  type CommonFile,
  type Exclude,
  type Go,
  type Godebug,
  type ModFile,
  type Module,
  type PathDirective,
  type Replace,
  type Require,
  type Requirement,
  type Retract,
  type Toolchain,
  type Use,
  type VersionFixer,
  type VersionInterval,
  type WorkFile,
} from './file.ts'
export { isDirectoryPath, isGoVersion, isToolchain } from './grammar.ts'
export { compactJSON, formatJSON, toJSON, workToJSON, type ModFileJson, type WorkFileJson } from './json.ts'
export { modulePath } from './module-path.ts'
export { parse, parseLax, parseWork } from './parse.ts'
export { maxModBytes, maxModLines, parseSyntax } from './parser.ts'
export { format, formatBytes } from './printer.ts'
export { autoQuote, mustQuote, unquote } from './quote.ts'
export { setRequireAtMostTwo, setRequireSeparateIndirect } from './require-blocks.ts'
export { sortBlocks } from './sort.ts'
export { formatSum, parseSum, type SumEntry } from './sum.ts'
export {
  newSyntax,
  type Comment,
  type CommentBlock,
  type Comments,
  type FileSyntax,
  type Line,
  type LineBlock,
  type Parenthesis,
  type Position,
  type Statement,
} from './syntax.ts'
