/** Why a pattern does not match a module although it comes near, and what to write for it to match. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { deadPattern, type DeadPattern } from './pattern-repair.ts'
import { narrowPattern } from './pattern-narrow.ts'
import { overreach } from './pattern-reach.ts'

export interface Miss {
  readonly pattern: string
  /** 0 is surest. What is behind 9 comes near by its text alone. */
  readonly rank: number
  /** The rest of a sentence that begins with the pattern. */
  readonly why: string
  /** What to add, or to write instead where the pattern is dead: it matches the module and reaches no stranger. */
  readonly instead?: string
}

/** Why one entry that does not match comes near the module; undefined where it is about something else. */
export function nearMiss(pattern: string, module: string): Miss | undefined {
  if (pattern === '') return undefined
  const dead = deadPattern(pattern)
  return dead ? deadMiss(dead, module) : (shapeMiss(pattern, module) ?? textMiss(pattern, module))
}

function deadMiss(dead: DeadPattern, module: string): Miss | undefined {
  const { pattern } = dead
  const [flaw = ''] = dead.flaws
  const meant = dead.meant.find((entry) => matchPrefixPatterns(entry, module))
  if (meant !== undefined) return miss({ pattern, rank: 0, why: flaw, instead: meant }, module)
  const nearer = dead.meant.map((entry) => shapeMiss(entry, module)).find((found) => found !== undefined)
  return nearer && { ...nearer, pattern, rank: nearer.rank + 1, why: `${flaw}; and ${nearer.pattern} ${nearer.why}` }
}

/** Mistakes in the shape: level, slash, capital. */
function shapeMiss(pattern: string, module: string): Miss | undefined {
  for (const shape of [capitals, starAndDomain, pathBelowAnotherHost, tooManyElements, otherSpelling]) {
    const found = shape(pattern.replace(/\/$/, ''), module)
    if (found !== undefined) return miss({ ...found, pattern }, module)
  }
  return undefined
}

type Shape = (pattern: string, module: string) => Omit<Miss, 'pattern'> | undefined

const capitals: Shape = (pattern, module) => {
  if (!matchPrefixPatterns(pattern.toLowerCase(), module.toLowerCase())) return undefined
  const why = 'differs in capitals only, and they count'
  const depth = pattern.split('/').length
  return { rank: 1, why, instead: /[*?[\\]/.test(pattern) ? narrowPattern(module) : prefixOf(module, depth) }
}

/** `*.corp.com` and corp.com itself. */
const starAndDomain: Shape = (pattern, module) => {
  const [, domain, rest = ''] = /^\*+\.([^/*?[\\]+)((?:\/.*)?)$/.exec(pattern) ?? []
  if (domain === undefined || !matchPrefixPatterns(domain + rest, module)) return undefined
  return {
    rank: 2,
    why: `wants a name and a dot before ${domain}: it is not about ${domain} itself`,
    instead: domain + rest,
  }
}

/** `corp.com` or `corp.com/*`, and a host below corp.com. */
const pathBelowAnotherHost: Shape = (pattern, module) => {
  const [host = ''] = module.split('/')
  const [domain = '', ...rest] = pattern.split('/')
  if (!/^[^*?[\\.]+\.[^*?[\\]+$/.test(domain) || !host.endsWith(`.${domain}`)) return undefined
  const what = rest.length > 0 ? `is about paths behind ${domain}/` : `is ${domain} and what is behind its slash`
  return {
    rank: 3,
    why: `${what}, and ${host} is a host of its own; *.${domain} covers all of these`,
    instead: narrowPattern(module),
  }
}

/** `corp.com/*` and corp.com; `git.corp.com/team/lib` and git.corp.com/team. */
const tooManyElements: Shape = (pattern, module) => {
  const elements = pattern.split('/')
  const have = module.split('/').length
  if (elements.length <= have || !matchPrefixPatterns(elements.slice(0, have).join('/'), module)) return undefined
  const why = `has ${elements.length} elements, and the path only ${have}: each element of a pattern wants one of the path`
  return { rank: 4, why, instead: elements.slice(0, have).join('/') }
}

const otherSpelling: Shape = (pattern, module) => {
  const spelt = [
    {
      text: pattern.replaceAll('\\', '/'),
      why: 'has a backslash, which is no slash: it takes the next character as it is',
    },
    { text: pattern.replace(/\.git$/, ''), why: 'ends in .git, and the module path does not' },
    { text: pattern.replace(/^www\./, ''), why: 'begins with www., and the module path does not' },
  ].find(({ text }) => text !== pattern && matchPrefixPatterns(text, module))
  return spelt && { rank: 5, why: spelt.why, instead: spelt.text }
}

/** One letter away, in a literal pattern: a typing mistake, or another place of the same host. */
function textMiss(pattern: string, module: string): Miss | undefined {
  if (/[*?[\\]/.test(pattern)) return undefined
  const text = pattern.replace(/\/$/, '')
  const prefix = prefixOf(module, text.split('/').length)
  if (prefix.length > 3 && isOneEdit(text, prefix)) {
    return miss({ pattern, rank: 6, why: `is one letter away from ${prefix}`, instead: prefix }, module)
  }
  const [host = '', ...rest] = text.split('/')
  if (rest.length === 0 || prefixOf(module, 1) !== host) return undefined
  return { pattern, rank: 10, why: `has the same host, but another path than ${prefix}` }
}

/** Only what matches and reaches no stranger is proposed: else the narrowest that matches. */
function miss(found: Miss, module: string): Miss {
  const { instead, ...rest } = found
  const usable = [instead, narrowPattern(module)].find(
    (entry) => entry !== undefined && matchPrefixPatterns(entry, module) && isNarrow(entry),
  )
  return usable === undefined ? rest : { ...rest, instead: usable }
}

/** A star that begins a name may begin a stranger's, unless a dot follows. */
function isNarrow(entry: string): boolean {
  return overreach(entry) === undefined && !/^\*+[^*.]/.test(entry)
}

function prefixOf(module: string, depth: number): string {
  return module.split('/').slice(0, depth).join('/')
}

/** One letter more, less, other, or two neighbours exchanged. */
function isOneEdit(a: string, b: string): boolean {
  let head = 0
  while (head < a.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const [inA, inB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)]
  if (inA === '' && inB === '') return false
  if (inA.length <= 1 && inB.length <= 1) return true
  return inA.length === 2 && inA === inB.slice(1) + inB.slice(0, 1)
}
