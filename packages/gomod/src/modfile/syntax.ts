/**
 * A place in a file: `line` and `column` count from 1, `column` in code points, `offset` in bytes from 0. Syntax that an
 * edit has added stands nowhere yet and has `line` 0.
 */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** One `//` comment without its newline. An empty token stands for a blank line that a block keeps. */
export interface Comment {
  readonly start: Position
  token: string
  /** Whether it follows other text on its line. */
  readonly suffix: boolean
}

/** The comments of one piece of syntax: whole lines before it, the ends of its line, whole lines after it (top level only). */
export interface Comments {
  before: Comment[]
  suffix: Comment[]
  after: Comment[]
}

/** One line of tokens: a directive of its own, or a line of a block, which then lacks the block's first token. */
export interface Line {
  readonly kind: 'line'
  comments: Comments
  start: Position
  end: Position
  /** Without tokens the line is removed: {@link cleanup} takes it out. */
  tokens: string[]
  inBlock: boolean
}

/** A parenthesis of a block, kept for the comments at it. */
export interface Parenthesis {
  comments: Comments
  readonly position: Position
}

/** A factored block: `require ( … )`. */
export interface LineBlock {
  readonly kind: 'block'
  comments: Comments
  readonly start: Position
  tokens: string[]
  lparen: Parenthesis
  lines: Line[]
  rparen: Parenthesis
}

/** Whole-line comments at top level that belong to no directive. */
export interface CommentBlock {
  readonly kind: 'comment'
  comments: Comments
  readonly start: Position
}

/** What a file consists of, at top level. */
export type Statement = Line | LineBlock | CommentBlock

/** A go.mod or go.work file as text, before any directive has a meaning: the part that keeps comments and layout. */
export interface FileSyntax {
  readonly name: string
  comments: Comments
  statements: Statement[]
}

/** The position of syntax that no file contains yet. */
export const nowhere: Position = Object.freeze({ line: 0, column: 0, offset: 0 })

/** No comments, fresh for the taking: the lists are the owner's to change. */
export function noComments(): Comments {
  return { before: [], suffix: [], after: [] }
}

/** A line that no file contains yet. */
export function newLine(tokens: string[], inBlock = false): Line {
  return { kind: 'line', comments: noComments(), start: nowhere, end: nowhere, tokens, inBlock }
}

/** A block that no file contains yet. */
export function newBlock(tokens: string[], lines: Line[] = []): LineBlock {
  const parenthesis = (): Parenthesis => ({ comments: noComments(), position: nowhere })
  return {
    kind: 'block',
    comments: noComments(),
    start: nowhere,
    tokens,
    lparen: parenthesis(),
    lines,
    rparen: parenthesis(),
  }
}

/** A file without any text: the start of a new go.mod. */
export function newSyntax(name: string): FileSyntax {
  return { name, comments: noComments(), statements: [] }
}
