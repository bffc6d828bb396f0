/**
 * Patterns of files that a package embeds (https://pkg.go.dev/embed, cmd/go/internal/load): what may be a pattern, what it matches,
 * and which names no pattern may lead to.
 */
export { isEmbeddableName, parsePattern, type EmbedPattern } from './pattern.ts'
export { matchName, hasMeta } from './match.ts'
