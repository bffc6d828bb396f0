/**
 * Text archives: several small text files in one file that a person can read, diff and write by hand.
 *
 * The format is that of `golang.org/x/tools/txtar`. A line `-- name --` starts a file; what stands before the first such
 * line is the comment. There is no way to escape a marker line and there is no syntax error: every text is an archive.
 * Go's fixtures are bytes; ours are UTF-8 text, so names and data are strings and bytes that are no UTF-8 are refused
 * rather than silently changed.
 */
export { format, parse } from './archive.ts'
export type { Archive, ArchiveFile } from './archive.ts'
