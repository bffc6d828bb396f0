import type { Comments, FileSyntax, Line, LineBlock, Statement } from './syntax.ts'
import { newBlock, newLine, nowhere } from './syntax.ts'

/**
 * Adds a line with these tokens and returns it. Next to a hint of the same verb it joins the hint's block, which is made where
 * there is none; next to another hint it follows the hint's block. Without a hint it joins the last block of its verb, or ends
 * the file.
 */
export function addLine(syntax: FileSyntax, tokens: string[], hint?: Line): Line {
  const near = hint ? statementOf(syntax, hint) : lastStatement(syntax, tokens[0])
  if (!near) return appendLine(syntax, tokens)
  if (near.kind === 'comment' || near.tokens[0] !== tokens[0]) return insertAfter(syntax, near, tokens)
  const line = newLine(tokens.slice(1), true)
  const block = near.kind === 'line' ? enclose(syntax, near) : near
  const at = hint ? block.lines.indexOf(hint) : -1
  block.lines.splice(at < 0 ? block.lines.length : at + 1, 0, line)
  return line
}

/** Ends the file with a line of these tokens, outside any block. */
export function appendLine(syntax: FileSyntax, tokens: string[]): Line {
  const line = newLine(tokens)
  syntax.statements.push(line)
  return line
}

/**
 * Adds a line with these tokens to its kin, the directives of the same path: after the last of them, or else at the end of the
 * file. So the go command does with exclude and replace, whose blocks people group by meaning.
 */
export function addLineToKin(syntax: FileSyntax, tokens: string[], kin: Line | undefined): Line {
  return kin ? addLine(syntax, tokens, kin) : appendLine(syntax, tokens)
}

/** Gives a line other tokens; its comments stay. */
export function updateLine(line: Line, tokens: string[]): void {
  line.tokens = line.inBlock ? tokens.slice(1) : tokens
}

/** Marks a line, with the comment at its end, to be taken out by {@link cleanupSyntax}. */
export function removeLine(line: Line): void {
  line.tokens = []
  line.comments.suffix = []
}

/** Puts a single line into a block of its verb, and returns that. */
export function enclose(syntax: FileSyntax, line: Line): LineBlock {
  const block = newBlock(line.tokens.slice(0, 1), [line])
  line.inBlock = true
  line.tokens = line.tokens.slice(1)
  syntax.statements[syntax.statements.indexOf(line)] = block
  return block
}

/** Takes removed lines and empty blocks out, and makes a block of one line that line. */
export function cleanupSyntax(syntax: FileSyntax): void {
  syntax.statements = syntax.statements.map(cleaned).filter((statement) => statement !== undefined)
}

function cleaned(statement: Statement): Statement | undefined {
  if (statement.kind === 'comment') return statement
  if (statement.kind === 'line') return statement.tokens.length > 0 ? statement : undefined
  statement.lines = statement.lines.filter((line) => line.tokens.length > 0)
  const [only] = statement.lines
  if (!only) return undefined
  const single = statement.lines.length === 1 && statement.rparen.comments.before.length === 0
  return single ? collapse(statement, only) : statement
}

/** The block's only line as a line of its own: the same object, because a directive refers to it. */
function collapse(block: LineBlock, line: Line): Line {
  line.comments = mergeComments(block.comments, line.comments)
  line.tokens = [...block.tokens, ...line.tokens]
  line.start = nowhere
  line.end = nowhere
  line.inBlock = false
  return line
}

function mergeComments(outer: Comments, inner: Comments): Comments {
  return {
    before: [...outer.before, ...inner.before],
    suffix: [...inner.suffix, ...outer.suffix],
    after: [...inner.after, ...outer.after],
  }
}

function statementOf(syntax: FileSyntax, line: Line): Statement | undefined {
  return syntax.statements.find(
    (statement) => statement === line || (statement.kind === 'block' && statement.lines.includes(line)),
  )
}

function lastStatement(syntax: FileSyntax, verb: string | undefined): Statement | undefined {
  return syntax.statements.findLast((statement) => statement.kind !== 'comment' && statement.tokens[0] === verb)
}

function insertAfter(syntax: FileSyntax, statement: Statement, tokens: string[]): Line {
  const line = newLine(tokens)
  syntax.statements.splice(syntax.statements.indexOf(statement) + 1, 0, line)
  return line
}
