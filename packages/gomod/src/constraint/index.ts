/**
 * Build constraints (go/build/constraint, and go/build's rules of file names): whether a file is part of a build.
 *
 * Which tags hold is asked of a function, so that the same rules serve one platform and all of them at once: `go mod vendor` and
 * `go mod tidy` take a file that any build could take.
 */
export { evaluate, type Expression, type Tags } from './expression.ts'
export { hasBrokenConstraint, shouldBuild } from './header.ts'
export { parseConstraint } from './parse.ts'
export { anyTags, buildTags, matchFile, type Platform } from './tags.ts'
