/** How far a pattern reaches beyond what its author can have meant, shown by a module of somebody else that it matches too. */

import { matchPrefixPatterns } from '@modgate/gomod/module'
import { isPublicForge } from './public-forges.ts'

export interface Overreach {
  readonly pattern: string
  /** A module path of a stranger that the pattern matches. */
  readonly stranger: string
  /** What is wrong, as the end of a sentence about the pattern. */
  readonly why: string
  /** What to write instead, where that can be told. */
  readonly instead?: string
}

const forgesToTry = ['github.com', 'gitlab.com', 'bitbucket.org', 'gopkg.in', 'golang.org', 'k8s.io', 'go.uber.org']

/** The first thing that is too wide about one entry of a list; undefined where nothing is. */
export function overreach(pattern: string): Overreach | undefined {
  return everything(pattern) ?? wholeForge(pattern) ?? noBoundary(pattern)
}

function everything(pattern: string): Overreach | undefined {
  const strangers = ['stranger.example/a/b', 'other.test/a/b', 'github.com/a/b']
  if (!strangers.every((stranger) => matchPrefixPatterns(pattern, stranger))) return undefined
  return { pattern, stranger: strangers[2]!, why: 'matches every module, the public ones too' }
}

/** A forge is reached as a whole where the pattern matches an owner whom nobody can have named. */
function wholeForge(pattern: string): Overreach | undefined {
  const [first = ''] = pattern.split('/')
  const forges = isPublicForge(first) ? [first, ...forgesToTry] : forgesToTry
  for (const forge of forges) {
    const stranger = `${forge}/a-stranger/lib`
    if (!matchPrefixPatterns(pattern, stranger)) continue
    return { pattern, stranger, why: `makes all of ${forge} private, which is shared by strangers` }
  }
  return undefined
}

/** `*corp.com`, `corp.com*` and `github.com/org*` go on where a name should end: anybody can register such a name. */
function noBoundary(pattern: string): Overreach | undefined {
  const elements = pattern.replace(/\/$/, '').split('/')
  const [host = ''] = elements
  const leading = /^\*+([^*?[\\./][^*?[\\]*)$/.exec(host)
  if (leading && leading[1] !== undefined) {
    const rest = elements
      .slice(1)
      .map((element) => `/${element}`)
      .join('')
    const domain = leading[1]
    const why = `lets * end in the middle of a name: not${domain} belongs to somebody else`
    return witnessed({
      pattern,
      stranger: `not${domain}${sample(elements.slice(1))}`,
      why,
      instead: `${domain}${rest},*.${domain}${rest}`,
    })
  }
  const trailing = /^([^*?[\\]*[^*?[\\.])\*+$/
  const openHost = trailing.exec(host)
  if (openHost) {
    const stranger = `${openHost[1]}.stranger.example${sample(elements.slice(1))}`
    const why = `does not say where the host ends: ${openHost[1]}.stranger.example belongs to somebody else`
    return witnessed({ pattern, stranger, why, instead: [openHost[1], ...elements.slice(1)].join('/') })
  }
  const owner = isPublicForge(host) ? trailing.exec(elements[1] ?? '') : null
  if (!owner) return undefined
  const stranger = `${host}/${owner[1]}-evil${sample(elements.slice(2))}`
  const why = `does not say where the owner ends: anybody can register ${host}/${owner[1]}-evil`
  return witnessed({ pattern, stranger, why, instead: [host, owner[1], ...elements.slice(2)].join('/') })
}

function witnessed(found: Overreach): Overreach | undefined {
  return matchPrefixPatterns(found.pattern, found.stranger) ? found : undefined
}

function sample(elements: readonly string[]): string {
  return elements.map((element) => `/${element.replace(/[*?]/g, 'x')}`).join('')
}
