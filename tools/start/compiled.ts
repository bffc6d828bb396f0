/** The form of a compiled program: what the launcher and the compiler have to agree on. */

/** The first line of its file, as JSON in a comment. */
export interface Compiled {
  readonly program: string
  /** Of the text: bytecode is only good for the very text that it was made of, and V8 itself looks at its length alone. */
  readonly id: string
  /** What it was made of: files below the working copy, each with the time of its last change in milliseconds and its size. */
  readonly sources: readonly (readonly [file: string, time: number, size: number])[]
}

/** What its text evaluates to: starts it. */
export type Program = (requireOutside: (specifier: string) => unknown, metaOf: (file: string) => ModuleMeta) => void

/** What a module sees as `import.meta`: that of its source, so that workers and files beside it are found. */
export interface ModuleMeta {
  readonly url: string
  readonly dirname: string
}
