/** One source as CommonJS, by TypeScript: its types gone, and whatever it imports named from the top of the working copy. */

import { dirname, posix } from 'node:path'
import ts from 'typescript'

export interface Translation {
  /** The body of a function of `exports`, `require` and `meta`. */
  readonly text: string
  /** The files of the working copy that it cannot begin without. */
  readonly requires: readonly string[]
  /** Those that it imports when it comes to them. */
  readonly later: readonly string[]
}

const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  target: ts.ScriptTarget.ES2024,
  esModuleInterop: true,
  isolatedModules: true,
  // They would be in each of the files; the program has them once.
  noEmitHelpers: true,
  removeComments: true,
}

/** As TypeScript writes it; a static one stands alone. */
const requirement = /(Promise\.resolve\(\)\.then\(\(\) => __importStar\()?\brequire\((["'])([^"']+)\2\)/g

/** Translates the text of a source, whose name is its path below the working copy. Throws for one that cannot be parsed. */
export function translate(file: string, source: string): Translation {
  const { outputText, diagnostics = [] } = ts.transpileModule(source.replace(/^#!.*/, ''), {
    ...{ compilerOptions, fileName: file },
    reportDiagnostics: true,
  })
  const [fault] = diagnostics.filter(({ category }) => category === ts.DiagnosticCategory.Error)
  if (fault) throw new SyntaxError(`${file}: ${ts.flattenDiagnosticMessageText(fault.messageText, ' ')}`)
  const [requires, later] = [new Set<string>(), new Set<string>()]
  const text = atFirstUse(outputText)
    .replace(requirement, (whole, isLater: string | undefined, quote: string, specifier: string) => {
      const target = targetOf(file, specifier)
      if (target === undefined) return whole
      ;(isLater === undefined ? requires : later).add(target)
      return `${isLater ?? ''}require(${quote}${target}${quote})`
    })
    .replaceAll('import.meta', 'meta')
  return { text, requires: [...requires], later: [...later] }
}

const importLine = /^(?:const|var) (\w+_\d+) = ((?:__import\w+\()?require\("([^"]+)"\)\)?);$/gm
const reexport = /^Object\.defineProperty\(exports, "(\w+)", [^\n]* return (\w+_\d+)\.(\w+); \} \}\);$/gm

/**
 * Most of what a command imports it never uses. What is of Node or of node_modules, and what is only handed on - the index of a room - is
 * therefore loaded when it is first used; nothing can tell the difference, as no module of ours does anything when it is loaded.
 */
function atFirstUse(text: string): string {
  const handedOn = new Set([...text.matchAll(reexport)].map(([, , name]) => name))
  const lazy: string[] = []
  const declared = text.replace(importLine, (line, name: string, load: string, specifier: string) => {
    if (isOurs(specifier) && !handedOn.has(name)) return line
    lazy.push(name)
    return `const ${name} = atFirst(() => ${load});`
  })
  const handing = declared.replace(reexport, 'handOn(exports, "$1", () => $2.$3);')
  return lazy.length === 0 ? handing : handing.replace(new RegExp(`\\b(${lazy.join('|')})\\.`, 'g'), '($1()).')
}

const isOurs = (specifier: string): boolean => /^[.]|^@modgate\//.test(specifier)

/** A file of the working copy; undefined for what node_modules or Node itself has. */
function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(dirname(file), specifier)
  // As the condition `modgate-source` of its manifest leads there.
  const room = /^@modgate\/gomod\/([a-z]+)$/.exec(specifier)?.[1]
  return room === undefined ? undefined : `packages/gomod/src/${room}/index.ts`
}
