import { deprecation, directiveComment } from './directive-comment.ts'
import type { Directive } from './directive.ts'
import { DirectiveError } from './directive.ts'
import type { ModFile, WorkFile } from './file.ts'

/** Reads `module example.com/m` with its deprecation. */
export function readModule(file: ModFile, directive: Directive): void {
  if (file.module) throw new DirectiveError('repeated module statement')
  // Known from here on, so that a second directive is reported as repeated even where this one is wrong.
  file.module = { path: '', deprecated: deprecation(directiveComment(directive)), syntax: directive.line }
  if (directive.count !== 1) throw new DirectiveError('usage: module module/path')
  file.module.path = directive.text(0)
}

/** Reads `tool example.com/m/cmd`. */
export function readTool(file: ModFile, directive: Directive): void {
  directive.expectOne()
  file.tool.push({ path: directive.text(0), syntax: directive.line })
}

/** Reads `ignore ./dir`. */
export function readIgnore(file: ModFile, directive: Directive): void {
  directive.expectOne()
  file.ignore.push({ path: directive.text(0), syntax: directive.line })
}

/** Reads `use ./dir`. */
export function readUse(file: WorkFile, directive: Directive): void {
  if (directive.count !== 1) throw new DirectiveError('usage: use local/dir')
  file.use.push({ path: directive.text(0), modulePath: '', syntax: directive.line })
}
