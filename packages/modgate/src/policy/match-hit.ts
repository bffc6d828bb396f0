/** Which part of a pattern fits which part of a module path. */

/** What a pattern that matches does so with. */
export interface MatchedPart {
  /** The leading elements of the path that the pattern was held against. */
  readonly prefix: string
  /** What each `*` stands for, where that can be told: in the order of the pattern. */
  readonly stars: readonly string[]
}

/** Splits a match. `pattern` has to match the module. */
export function matchedPart(pattern: string, module: string): MatchedPart {
  const glob = pattern.replace(/\/$/, '').split('/')
  const elements = module.split('/').slice(0, glob.length)
  const stars = glob.flatMap((element, index) => starsOf(element, elements[index] ?? ''))
  return { prefix: elements.join('/'), stars }
}

/** Leftmost first, as the matcher goes; the text behind the last star stands at the end of the name. */
function starsOf(glob: string, name: string): readonly string[] {
  const [head = '', ...parts] = glob.split(/\*+/)
  if (parts.length === 0 || /[?[\\]/.test(glob)) return []
  const stars: string[] = []
  let at = head.length
  for (const [index, part] of parts.entries()) {
    const next = index === parts.length - 1 ? name.length - part.length : name.indexOf(part, at)
    stars.push(name.slice(at, next))
    at = next + part.length
  }
  return stars
}

/** The match in words, as the rest of a sentence that begins with the pattern. */
export function matchInWords(pattern: string, module: string): string {
  const { prefix, stars } = matchedPart(pattern, module)
  if (prefix === module && stars.length === 0) return 'is the module path itself'
  const below = prefix === module ? '' : ', and covers what is below it'
  if (stars.length === 0) {
    return /[*?[]/.test(pattern) ? `fits ${prefix}${below}` : `is the beginning of the path${below}`
  }
  const dotted = stars.some((star) => star.includes('.'))
  const crosses = dotted ? ' (it crosses dots, never slashes)' : ''
  const values = stars.map((star) => (star === '' ? 'nothing' : star)).join(' and ')
  return `fits ${prefix}: * stands for ${values}${crosses}${below}`
}
