/**
 * What the head of a Go source file says (go/build, cmd/go/internal/imports): its package, what it imports, and the patterns of files
 * that it embeds. No more of the language is read than is needed for that, and a file that is broken behind its imports is fine.
 */
export { embedPatterns } from './embed-directive.ts'
export { readHead, type FileHead } from './head.ts'
