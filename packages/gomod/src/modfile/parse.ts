import type { Reading } from './directive.ts'
import { Directive, DirectiveError } from './directive.ts'
import type { ModfileError } from './error.ts'
import { ErrorList, modfileError } from './error.ts'
import type { FileSyntax } from './syntax.ts'
import type { ModFile, VersionFixer, WorkFile } from './file.ts'
import { newModFile, newWorkFile } from './file.ts'
import { parseSyntax } from './parser.ts'
import { readIgnore, readModule, readTool, readUse } from './path-directives.ts'
import { fixRetracts, readRetract } from './retract-directive.ts'
import { readGo, readGodebug, readToolchain } from './toolchain-directives.ts'
import { readExclude, readReplace, readRequire } from './version-directives.ts'

/** What a kind of file may say, by verb. */
interface Vocabulary<File> {
  readonly verbs: ReadonlyMap<string, (file: File, directive: Directive) => void>
  /** The verbs that may stand before a parenthesis. */
  readonly blocks: ReadonlySet<string>
}

const modVocabulary: Vocabulary<ModFile> = {
  verbs: new Map<string, (file: ModFile, directive: Directive) => void>([
    ['module', readModule],
    ['go', readGo],
    ['toolchain', readToolchain],
    ['godebug', readGodebug],
    ['require', readRequire],
    ['exclude', readExclude],
    ['replace', readReplace],
    ['retract', readRetract],
    ['tool', readTool],
    ['ignore', readIgnore],
  ]),
  blocks: new Set(['module', 'godebug', 'require', 'exclude', 'replace', 'retract', 'tool', 'ignore']),
}

const workVocabulary: Vocabulary<WorkFile> = {
  verbs: new Map<string, (file: WorkFile, directive: Directive) => void>([
    ['go', readGo],
    ['toolchain', readToolchain],
    ['godebug', readGodebug],
    ['use', readUse],
    ['replace', readReplace],
  ]),
  blocks: new Set(['godebug', 'use', 'replace']),
}

/** What the go.mod of a dependency is asked; everything else in it speaks to a main module only. */
const dependencyVerbs: ReadonlySet<string> = new Set(['go', 'module', 'retract', 'require', 'ignore'])

/** How many errors of one file are kept: enough for a person, and no way to fill memory with them. */
const maxErrors = 1000

/**
 * Reads a main module's go.mod file (Go Modules Reference, "go.mod files"). `file` is its name in errors. Without `fix` each
 * version must be canonical but for build metadata, which is dropped. Throws {@link ErrorList} with all that is wrong.
 */
export function parse(file: string, data: Uint8Array | string, fix?: VersionFixer): ModFile {
  return parseMod({ file, fix, strict: true }, data)
}

/**
 * Reads the go.mod file of a dependency like {@link parse}, but passes over unknown directives and those that speak to the main
 * module only: toolchain, godebug, exclude, replace, tool. A file that a newer go wrote can be read this way.
 */
export function parseLax(file: string, data: Uint8Array | string, fix?: VersionFixer): ModFile {
  return parseMod({ file, fix, strict: false }, data)
}

/** Reads a go.work file (Go Modules Reference, "Workspaces") as {@link parse} reads go.mod. */
export function parseWork(file: string, data: Uint8Array | string, fix?: VersionFixer): WorkFile {
  const out = newWorkFile(parseSyntax(file, data))
  finish(readFile(out, workVocabulary, { file, fix, strict: true }))
  return out
}

function parseMod(reading: Reading, data: Uint8Array | string): ModFile {
  const out = newModFile(parseSyntax(reading.file, data))
  const errors = readFile(out, modVocabulary, reading)
  finish([...errors, ...fixRetracts(out, reading)])
  return out
}

function finish(errors: readonly ModfileError[]): void {
  if (errors.length > 0) throw new ErrorList(errors)
}

function readFile<File extends { syntax: FileSyntax }>(
  out: File,
  vocabulary: Vocabulary<File>,
  reading: Reading,
): ModfileError[] {
  const errors: ModfileError[] = []
  for (const directive of directives(out.syntax, vocabulary, reading, errors)) {
    if (errors.length >= maxErrors) break
    if (!reading.strict && !dependencyVerbs.has(directive.verb)) continue
    try {
      const read = vocabulary.verbs.get(directive.verb)
      if (!read) throw new DirectiveError(`unknown directive: ${directive.verb}`)
      read(out, directive)
    } catch (error) {
      if (!(error instanceof DirectiveError)) throw error
      errors.push(error.at(reading.file, directive.line))
    }
  }
  return errors
}

/** The directives of a file, those in blocks too; a block of an unknown kind is an error where unknown directives are. */
function* directives(
  syntax: FileSyntax,
  { blocks }: Vocabulary<never>,
  reading: Reading,
  errors: ModfileError[],
): Generator<Directive> {
  for (const statement of syntax.statements) {
    if (statement.kind === 'comment') continue
    const [verb = ''] = statement.tokens
    if (statement.kind === 'line') yield new Directive(reading, verb, statement)
    else if (statement.tokens.length === 1 && blocks.has(verb)) {
      for (const line of statement.lines) yield new Directive(reading, verb, line, statement)
    } else if (reading.strict) {
      const reason = `unknown block type: ${statement.tokens.join(' ')}`
      errors.push(modfileError({ file: reading.file, at: statement.start, reason }))
    }
  }
}
