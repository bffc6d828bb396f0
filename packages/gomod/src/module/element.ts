import { quote, quoteCharacter } from './quote.ts'

/** Which set of characters a path may use: module paths the narrowest, file paths the widest. */
export type PathKind = 'path' | 'import-path' | 'file-path'

// One character at a time, so that no expression here can backtrack. In file names Go allows any letter of Unicode;
// of punctuation it leaves out what shells or Windows would act on.
const ALLOWED: Readonly<Record<PathKind, RegExp>> = {
  path: /^[-._~0-9A-Za-z]$/,
  'import-path': /^[-._~0-9A-Za-z+]$/,
  'file-path': /^[-0-9A-Za-z!#$%&()+,.=@[\]^_{}~ \p{L}]$/u,
}

// What every kind allows: most elements need no closer look.
const PLAIN = /^[-._~0-9A-Za-z]+$/
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[1-9]|lpt[1-9])$/i

/** Why `element` cannot stand between two slashes of a path of that kind; undefined if it can. */
export function elementFault(element: string, kind: PathKind): string | undefined {
  if (element === '') return 'empty path element'
  return dotFault(element, kind) ?? characterFault(element, kind) ?? windowsFault(element, kind)
}

function dotFault(element: string, kind: PathKind): string | undefined {
  if (/^\.+$/.test(element)) return `invalid path element ${quote(element)}`
  if (kind === 'path' && element.startsWith('.')) return 'leading dot in path element'
  if (element.endsWith('.')) return 'trailing dot in path element'
  return undefined
}

function characterFault(element: string, kind: PathKind): string | undefined {
  if (PLAIN.test(element)) return undefined
  for (const character of element) {
    if (!ALLOWED[kind].test(character)) return `invalid char ${quoteCharacter(character)}`
  }
  return undefined
}

/** Windows gives meaning to some names whatever follows their first dot, and to short names such as `progra~1`. */
function windowsFault(element: string, kind: PathKind): string | undefined {
  const dot = element.indexOf('.')
  const short = dot < 0 ? element : element.slice(0, dot)
  if (WINDOWS_DEVICE.test(short)) return `${quote(short)} disallowed as path element component on Windows`
  if (kind === 'file-path') return undefined
  const tail = short.slice(short.lastIndexOf('~') + 1)
  if (tail.length < short.length && /^[0-9]+$/.test(tail)) return 'trailing tilde and digits in path element'
  return undefined
}
