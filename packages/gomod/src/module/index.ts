/**
 * Module paths and versions (golang.org/x/mod/module): what may be one, how the two fit, how they are escaped for URLs
 * and file names, which pattern matches, and what a pseudo-version says.
 *
 * The rules are Go's to the letter, since a name that one side takes and the other refuses is how modules get confused:
 * checks throw one class, {@link ModuleError}, with the go command's reason in it. Escaped forms have types of their
 * own, because a mix-up of plain and escaped would be a hole and no test would see it in a path without upper case.
 */
export { ModuleError, type ModuleErrorKind, type ModuleFault } from './error.ts'
export {
  escapePath,
  escapeVersion,
  unescapePath,
  unescapeVersion,
  type EscapedPath,
  type EscapedVersion,
} from './escape.ts'
export { checkPathMajor, matchPathMajor, pathMajorPrefix, splitPathVersion, type SplitPath } from './major.ts'
export { checkFilePath, checkImportPath, checkPath } from './path.ts'
export { matchPrefixPatterns, pathMatch } from './pattern.ts'
export {
  isPseudoVersion,
  isZeroPseudoVersion,
  pseudoVersion,
  pseudoVersionBase,
  pseudoVersionRev,
  pseudoVersionTime,
  zeroPseudoVersion,
} from './pseudo.ts'
export { quote } from './quote.ts'
export { canonicalVersion, check, sortVersions, versionString, type ModuleVersion } from './version.ts'
