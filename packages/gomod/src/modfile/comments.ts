import type { Comment, Comments, FileSyntax, Position, Statement } from './syntax.ts'

/** A piece of syntax that a suffix comment can belong to. */
interface Holder {
  readonly comments: Comments
  readonly start: Position
  readonly end: Position
}

/**
 * Gives each comment at the end of a line to the last piece of syntax before it that stands on one line: in `x ( y` … `z ) // c`
 * that is z. What precedes all syntax goes to the file.
 */
export function attachSuffixes(file: FileSyntax, suffixes: readonly Comment[]): void {
  const left = [...suffixes]
  for (const holder of file.statements.flatMap(holders).reverse()) {
    if (holder.start.line !== holder.end.line) continue
    const from = firstAfter(left, holder.end.offset)
    if (from < left.length) holder.comments.suffix = left.splice(from)
  }
  file.comments.before.push(...left)
}

/** The index of the first comment, from the end of the list, that starts at or after `offset`. */
function firstAfter(comments: readonly Comment[], offset: number): number {
  let index = comments.length
  while (index > 0 && (comments[index - 1]?.start.offset ?? 0) >= offset) index--
  return index
}

/** The holders of a statement in the order of their ends, so that a block follows its parts. */
function holders(statement: Statement): Holder[] {
  const { comments, start } = statement
  if (statement.kind === 'comment') return [{ comments, start, end: start }]
  if (statement.kind === 'line') return [statement]
  const { lparen, rparen } = statement
  const inner = [parenthesis(lparen), ...statement.lines, parenthesis(rparen)]
  return [...inner, { comments, start, end: after(rparen.position) }]
}

function parenthesis({ comments, position }: { comments: Comments; position: Position }): Holder {
  return { comments, start: position, end: after(position) }
}

function after({ line, column, offset }: Position): Position {
  return { line, column: column + 1, offset: offset + 1 }
}
