import { commentText, isIndirect } from './directive-comment.ts'
import { enclose } from './syntax-edit.ts'
import { without } from './edit-list.ts'
import type { ModFile, Require, Requirement } from './file.ts'
import { autoQuote } from './quote.ts'
import { setIndirect, setVersion } from './require-line.ts'
import { sortBlocks } from './sort.ts'
import type { Comments, FileSyntax, Line, LineBlock, Statement } from './syntax.ts'
import { newBlock, newLine, nowhere } from './syntax.ts'

type RequireStatement = Line | LineBlock

/** Where the requirements of a file stand. */
interface Survey {
  readonly statements: readonly RequireStatement[]
  /** The last statement with direct requirements only, and none of it commented. */
  readonly direct: RequireStatement | undefined
  readonly indirect: RequireStatement | undefined
  readonly blockOf: ReadonlyMap<Line, LineBlock>
}

/**
 * Makes the file require exactly this, with direct and indirect requirements in two blocks, as the go command does since 1.17.
 * Lines in other blocks, and commented ones, stay where they are; a single uncommented block is split.
 */
export function setRequireSeparateIndirect(file: ModFile, requirements: readonly Requirement[]): void {
  setSeparately(file, requirements, false)
}

/** Like {@link setRequireSeparateIndirect}, but moves all requirements into the two blocks, with the comments of the blocks they leave. */
export function setRequireAtMostTwo(file: ModFile, requirements: readonly Requirement[]): void {
  setSeparately(file, requirements, true)
}

function setSeparately(file: ModFile, requirements: readonly Requirement[], atMostTwo: boolean): void {
  const needed = new Map(requirements.map((requirement) => [requirement.path, requirement]))
  const found = survey(file.syntax)
  const freed = atMostTwo ? freeComments(file, found, needed) : { direct: noLines(), indirect: noLines() }
  const [only, second] = found.statements
  const moveAll = atMostTwo || (only !== undefined && !second && !isCommented(only.comments))
  const blocks = twoBlocks(file.syntax, found)
  blocks.direct.comments.before.push(...freed.direct)
  blocks.indirect.comments.before.push(...freed.indirect)
  dropUnneeded(file, needed)
  for (const require of file.require) {
    const { version, indirect } = needed.get(require.path) ?? require
    setVersion(require, version)
    setIndirect(require, indirect)
    needed.delete(require.path)
    const [target, other] = indirect ? [blocks.indirect, blocks.direct] : [blocks.direct, blocks.indirect]
    if (moveAll || found.blockOf.get(require.syntax) === other) moveTo(target, require)
  }
  for (const requirement of needed.values()) {
    file.require.push(newRequire(requirement.indirect ? blocks.indirect : blocks.direct, requirement))
  }
  sortBlocks(file)
}

function noLines(): Comments['before'] {
  return []
}

function dropUnneeded(file: ModFile, needed: ReadonlyMap<string, Requirement>): void {
  const seen = new Set<string>()
  file.require = without(file.require, ({ path }) => {
    const drop = !needed.has(path) || seen.has(path)
    seen.add(path)
    return drop
  })
}

function survey(syntax: FileSyntax): Survey {
  const statements = syntax.statements.filter(isRequire)
  const blockOf = new Map<Line, LineBlock>()
  for (const statement of statements) {
    if (statement.kind === 'block') for (const line of statement.lines) blockOf.set(line, statement)
  }
  return {
    statements,
    direct: statements.findLast((statement) => isUniform(statement, false)),
    indirect: statements.findLast((statement) => isUniform(statement, true)),
    blockOf,
  }
}

function isRequire(statement: Statement): statement is RequireStatement {
  return statement.kind !== 'comment' && statement.tokens[0] === 'require'
}

/** Whether all requirements of a statement are (or none is) indirect, and nothing of it is commented. */
function isUniform(statement: RequireStatement, indirect: boolean): boolean {
  const lines = statement.kind === 'line' ? [statement] : statement.lines
  const matches = (line: Line) => !isCommented(line.comments) && isIndirect(line) === indirect
  return lines.length > 0 && !isCommented(statement.comments) && lines.every(matches)
}

/** Whether there is a comment that says more than `// indirect`. */
function isCommented({ before, suffix, after }: Comments): boolean {
  if (before.length > 0 || after.length > 0 || suffix.length > 1) return true
  const [comment] = suffix
  return comment !== undefined && commentText(comment.token) !== 'indirect'
}

/** Takes the comments off all require blocks, for the two blocks that will remain. */
function freeComments(file: ModFile, found: Survey, needed: ReadonlyMap<string, Requirement>) {
  const freed = { direct: noLines(), indirect: noLines() }
  const kept = new Map(file.require.map((require) => [require.syntax, needed.get(require.path)]))
  for (const statement of found.statements) {
    if (statement.kind === 'line') continue
    const anyDirect = statement.lines.some((line) => kept.get(line)?.indirect === false)
    const target = anyDirect || statement.lines.length === 0 ? freed.direct : freed.indirect
    const { before } = statement.comments
    if (target.length > 0 && before.length > 0) target.push({ start: nowhere, token: '//', suffix: false })
    target.push(...before)
    statement.comments.before = []
  }
  return freed
}

/** The blocks to put requirements into. One that stays empty, or with one line, is taken out or made a line by cleanup. */
function twoBlocks(syntax: FileSyntax, found: Survey): { direct: LineBlock; indirect: LineBlock } {
  const at = found.indirect ? indexOf(syntax, found.indirect) : afterLast(syntax, found)
  const direct = found.direct ? asBlock(syntax, found.direct) : insertBlock(syntax, at)
  const indirect = found.indirect ? asBlock(syntax, found.indirect) : insertBlock(syntax, indexOf(syntax, direct) + 1)
  return { direct, indirect }
}

function indexOf({ statements }: FileSyntax, statement: Statement): number {
  return statements.indexOf(statement)
}

function afterLast(syntax: FileSyntax, { statements }: Survey): number {
  const last = statements.at(-1)
  return last ? indexOf(syntax, last) + 1 : syntax.statements.length
}

function asBlock(syntax: FileSyntax, statement: RequireStatement): LineBlock {
  return statement.kind === 'block' ? statement : enclose(syntax, statement)
}

function insertBlock({ statements }: FileSyntax, at: number): LineBlock {
  const block = newBlock(['require'])
  statements.splice(at, 0, block)
  return block
}

/** Moves a requirement with its comments; the line that it leaves is removed. */
function moveTo(block: LineBlock, require: Require): void {
  const old = require.syntax
  const tokens = old.inBlock ? old.tokens : old.tokens.slice(1)
  require.syntax = { ...old, tokens, comments: { ...old.comments }, inBlock: true }
  old.tokens = []
  block.lines.push(require.syntax)
}

function newRequire(block: LineBlock, { path, version, indirect }: Requirement): Require {
  const require = { path, version, indirect: false, syntax: newLine([autoQuote(path), version], true) }
  setIndirect(require, indirect)
  block.lines.push(require.syntax)
  return require
}
