/** What git leaves in a go.mod or go.sum that two branches have changed: no parser knows it, and no line of it is to be corrected alone. */

export interface ConflictMarker {
  /** From 1. */
  readonly line: number
  /** The line itself, cut. */
  readonly text: string
}

/** The first marker that a merge has left in a text; undefined for none. A line of `=` alone is none without its like before it. */
export function conflictMarker(text: string): ConflictMarker | undefined {
  const lines = text.split(/\r?\n/)
  const at = lines.findIndex((line) => /^(<{7}|>{7}|\|{7})( |$)/.test(line))
  return at < 0 ? undefined : { line: at + 1, text: lines[at]!.slice(0, 100) }
}

/** Why a file cannot be read, in words: `line 5 is the mark of a merge that is not finished: <<<<<<< HEAD`. */
export function conflictInWords({ line, text }: ConflictMarker): string {
  return `line ${line} is the mark of a merge that is not finished: ${text}`
}

/** What to do about one in a file of a module. */
export const conflictFix = 'keep the lines of one side, or of both in go.sum, take the marks out, and run go mod tidy'
