import { quote } from './quote.ts'

/** Which rules were broken: those of module paths, import paths, file paths in a zip, or versions. */
export type ModuleErrorKind = 'path' | 'import-path' | 'file-path' | 'version'

/** What a {@link ModuleError} tells. */
export interface ModuleFault {
  readonly kind: ModuleErrorKind
  /** The text that was refused, as it came. */
  readonly value: string
  /** What is wrong with it, in the go command's words. */
  readonly reason: string
  /** For a version: the module path to which it was said to belong, if that is known. */
  readonly path?: string
  /** The form in which the value came, where it is not the plain one. */
  readonly form?: 'escaped' | 'pseudo'
}

const PATH_NOUNS = { path: 'module path', 'import-path': 'import path', 'file-path': 'file path' } as const

/** A path or a version that breaks the rules of modules. The only thing that this room throws for bad input. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError'
  readonly kind: ModuleErrorKind
  readonly value: string
  readonly reason: string
  readonly path: string | undefined

  constructor(fault: ModuleFault) {
    super(message(fault))
    this.kind = fault.kind
    this.value = fault.value
    this.reason = fault.reason
    this.path = fault.path
  }
}

function message({ kind, value, reason, path, form }: ModuleFault): string {
  if (form === 'escaped') {
    return `invalid escaped ${kind === 'version' ? 'version' : PATH_NOUNS[kind]} ${quote(value)}: ${reason}`
  }
  if (kind !== 'version') return `malformed ${PATH_NOUNS[kind]} ${quote(value)}: ${reason}`
  const noun = form === 'pseudo' ? 'pseudo-version' : 'version'
  if (path !== undefined) return `${path}@${value}: invalid ${noun}: ${reason}`
  return `${noun} ${quote(value)} invalid: ${reason}`
}
