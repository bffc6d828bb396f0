/**
 * Entries of a pattern list that can match no module at all: the go command takes every text and says nothing. Each row knows one
 * way to write such an entry, says what is wrong with it, and writes what was surely meant.
 */

import { pathMatch } from '@modgate/gomod/module'

export interface DeadPattern {
  readonly pattern: string
  /** What is wrong, as the end of a sentence about the pattern; one for each thing. */
  readonly flaws: readonly string[]
  /** What was surely meant: entries that are not dead themselves. Empty where nobody can tell. */
  readonly meant: readonly string[]
}

interface Flaw {
  /** Over the text without classes and backslashes, which stand for one character of a name. */
  readonly finds: RegExp
  readonly words: string
  /** The entries that were meant; undefined where nobody can tell. */
  readonly repair: (text: string) => string | readonly string[] | undefined
}

const first = (text: string, change: (host: string) => string) => {
  const [host = '', ...rest] = text.split('/')
  return [change(host), ...rest].join('/')
}

/** In the order in which they are mended: what stands around the text first. */
const flaws: readonly Flaw[] = [
  {
    finds: /^\s|\s$/,
    words: 'has a space at its end or beginning: spaces belong to the pattern',
    repair: (text) => text.trim(),
  },
  {
    finds: /^["'\u2018\u201c]|["'\u2019\u201d]$/,
    words: 'has quotation marks in it: nobody takes them off',
    repair: (text) => text.replace(/^["'\u2018\u201c]+|["'\u2019\u201d]+$/g, '').trim(),
  },
  {
    finds: /[;|\s]/,
    words: 'holds several patterns: only a comma separates them',
    repair: (text) => text.split(/[;|\s]+/).filter((part) => part !== ''),
  },
  {
    finds: /[^\x20-\x7e]/,
    words: 'has a character in it that no module path has, perhaps one that cannot be seen',
    repair: (text) => text.replace(/[\u00a0\u200b-\u200f\u2060\ufeff]/g, '').replace(/[\u2010-\u2014]/g, '-'),
  },
  {
    finds: /^[A-Za-z][A-Za-z+.-]*:\/\//,
    words: 'is a URL, and a module path has no scheme',
    repair: (text) =>
      text
        .replace(/^[A-Za-z][A-Za-z+.-]*:\/\//, '')
        .replace(/[?#].*$/, '')
        .replace(/^[^/]*@/, ''),
  },
  {
    finds: /^[\w.-]+@[\w.-]+[:/]/,
    words: 'is the address of a repository, and a module path has no user',
    repair: (text) => text.replace(/^[^@]*@/, '').replace(/^([^:/]+):(?!\d+\/)\/*/, '$1/'),
  },
  {
    finds: /^[^/]*:\d*(\/|$)/,
    words: 'names a port, and a module path has none',
    repair: (text) => text.replace(/^([^/:]*):\d*/, '$1'),
  },
  {
    finds: /@/,
    words: 'names a version: patterns are of paths',
    repair: (text) => text.replace(/@.*$/, ''),
  },
  {
    finds: /^\^|\$$|[()+]|^\.[*+]/,
    words: 'is a regular expression, and these are globs',
    repair: (text) => {
      const glob = text.replace(/^\^|\$$/g, '').replace(/(\[[^\]]*\]|\\w|\.)[*+]/g, '*')
      return /[()+^$|]/.test(glob) ? undefined : glob.replaceAll(String.raw`\.`, '.')
    },
  },
  {
    finds: /^\/|\/\//,
    words: 'has an empty element: a module path neither begins with a slash nor has two in a row',
    repair: (text) => text.replace(/\/{2,}/g, '/').replace(/^\//, ''),
  },
  {
    finds: /\/\.\.\.$/,
    words: 'ends in /..., which is for packages: a pattern covers what is below it without',
    repair: (text) => text.replace(/\/\.\.\.$/, ''),
  },
  {
    finds: /^\./,
    words: 'begins with a dot, as for NO_PROXY: no module path does',
    repair: (text) => [text.replace(/^\.+/, ''), text.replace(/^\.+/, '*.')],
  },
  {
    finds: /^[^/]*[A-Z]/,
    words: 'has a capital in the name of its host, and module paths have none there',
    repair: (text) => first(text, (host) => host.toLowerCase()),
  },
  {
    finds: /^[^/*?.]+(\/|$)/,
    words: 'has no dot in its first element, and a module that is fetched has one',
    repair: (text) => (/^(none|direct|off|true|false|all)$/i.test(text) ? undefined : `*.${text}`),
  },
  {
    finds: /^!/,
    words: 'begins with !, but there are no exceptions in these lists',
    repair: () => undefined,
  },
  {
    finds: /[^-._~A-Za-z0-9/*?]/,
    words: 'has a character in it that no module path has',
    repair: () => undefined,
  },
]

/** What makes one entry dead; undefined where some module path can match it. Empty entries are ignored by Go, and not dead. */
export function deadPattern(pattern: string): DeadPattern | undefined {
  if (pattern === '') return undefined
  const found: string[] = []
  const meant = mend(pattern, found, 0)
  if (malformed(pattern)) {
    const words = 'is malformed: a [ is not closed, or a \\ has nothing behind it'
    return { pattern, flaws: [words, ...found], meant: [] }
  }
  return found.length === 0 ? undefined : { pattern, flaws: [...new Set(found)], meant: [...new Set(meant)] }
}

function mend(text: string, found: string[], from: number): readonly string[] {
  for (let row = from; row < flaws.length; row++) {
    const { finds, words, repair } = flaws[row]!
    if (!finds.test(literals(text))) continue
    found.push(words)
    const meant = [repair(text) ?? []].flat().filter((part) => part !== '' && part !== text)
    return meant.flatMap((part) => mend(part, found, row)).filter((part) => part !== '' && !malformed(part))
  }
  return [text]
}

function literals(text: string): string {
  return text.replace(/\\(.)/g, '$1').replace(/\[[^\]]*\]/g, '?')
}

function malformed(pattern: string): boolean {
  return pathMatch(pattern, '') === undefined
}
