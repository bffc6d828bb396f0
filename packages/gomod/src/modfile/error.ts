/** One thing wrong in a file. `line` 0 means that it stands nowhere in particular; `verb` and `modulePath` may be empty. */
export interface ModfileError {
  readonly file: string
  readonly line: number
  /** In code points, from 1. */
  readonly column: number
  /** The directive that does not hold, such as `require`. */
  readonly verb: string
  readonly modulePath: string
  /** What is wrong, alone. */
  readonly reason: string
  /** The whole of it as the go command prints it: `go.mod:3: require example.com/m: …`. */
  readonly message: string
}

/** Everything that is wrong in a file, in the order of the file; its message has one line for each. */
export class ErrorList extends Error {
  readonly errors: readonly ModfileError[]

  constructor(errors: readonly ModfileError[], heading = '') {
    super(heading + errors.map((error) => error.message).join('\n'))
    this.name = 'ErrorList'
    this.errors = errors
  }
}

/** What is known of an error before its message is written. */
export interface Complaint {
  readonly file?: string
  readonly at?: { readonly line: number; readonly column: number }
  readonly verb?: string
  readonly modulePath?: string
  readonly reason: string
}

/** The error with its message in the go command's form: a column only beyond 1, the directive only where one is known. */
export function modfileError(complaint: Complaint): ModfileError {
  const { file = '', at = { line: 0, column: 0 }, verb = '', modulePath = '', reason } = complaint
  const directive = modulePath !== '' ? `${verb} ${modulePath}: ` : verb !== '' ? `${verb}: ` : ''
  // A message is for terminals and logs: broken bytes of the file become replacement characters.
  const message = (place(file, at.line, at.column) + directive + reason).toWellFormed()
  return { file, line: at.line, column: at.column, verb, modulePath, reason, message }
}

function place(file: string, line: number, column: number): string {
  if (column > 1) return `${file}:${line}:${column}: `
  if (line > 0) return `${file}:${line}: `
  return file !== '' ? `${file}: ` : ''
}

/** A list of one. */
export function errorOf(complaint: Complaint): ErrorList {
  return new ErrorList([modfileError(complaint)])
}
