/**
 * From declared names to patterns as the go command reads them. Its lists have no exceptions, but a class in a glob can say "any
 * name that does not begin like this", so that the names around an exception are spelt out one letter at a time.
 */

import { minimalPatterns } from './minimal-patterns.ts'
import { isDeclaredPrivate, names, type Declaration } from './declaration.ts'

/** The list that matches what is private: as narrow and as short as it can be. Empty where nothing is. */
export function privatePatternList(declaration: Declaration): string {
  const { public: exceptions } = declaration
  return minimalPatterns(neededNames(declaration).flatMap((name) => patternsOf(name, holesIn(name, exceptions)))).join(
    ',',
  )
}

/** A name inside another one is said already, unless it is inside an exception. */
function neededNames({ private: own, public: exceptions }: Declaration): readonly string[] {
  const isExcepted = (name: string) => exceptions.some((exception) => names(exception, name))
  return own.filter((name) => isExcepted(name) || !own.some((other) => other !== name && names(other, name)))
}

/** Declared private paths that the list cannot have, since a pattern of theirs would have the exception below them too. */
export function unreachable(declaration: Declaration): readonly string[] {
  const parents = declaration.public.flatMap((exception) => {
    const elements = exception.split('/')
    return elements.slice(1).map((_, depth) => elements.slice(0, depth + 1).join('/'))
  })
  return [...new Set(parents)].filter((path) => isDeclaredPrivate(declaration, path))
}

/** What one name without exceptions becomes: `corp.internal,*.corp.internal`, or the path as it is. */
export function patternsOfName(name: string): readonly string[] {
  if (name.includes('/')) return [name]
  // A first element without a dot is no module path that is fetched.
  return name.includes('.') ? [name, `*.${name}`] : [`*.${name}`]
}

function holesIn(name: string, exceptions: readonly string[]): readonly string[] {
  const inside = exceptions.filter((exception) => names(name, exception))
  return inside.filter((hole) => !inside.some((other) => other !== hole && names(other, hole)))
}

function patternsOf(name: string, holes: readonly string[]): readonly string[] {
  if (holes.length === 0) return patternsOfName(name)
  const below = holes.filter((hole) => hole.startsWith(`${name}/`))
  const own = below.length === 0 ? (name.includes('.') ? [name] : []) : around(below, name, pathsAround)
  if (name.includes('/')) return own
  const hosts = holes.filter((hole) => !hole.startsWith(`${name}/`))
  return [...own, ...(hosts.length === 0 ? [`*.${name}`] : around(hosts, name, hostsAround))]
}

/** All that is one step below the name, but for the steps that lead to holes; those are looked into, unless they are holes. */
function around(holes: readonly string[], name: string, beside: typeof pathsAround): readonly string[] {
  const steps = Map.groupBy(holes, (hole) => stepTo(hole, name))
  const into = [...steps].filter(([step, inside]) => !inside.includes(child(step, name, holes)))
  return [
    ...beside([...steps.keys()], name),
    ...into.flatMap(([step, inside]) => patternsOf(child(step, name, holes), inside)),
  ]
}

/** `oss` for corp.internal/oss/lib below corp.internal, and for a.oss.corp.internal. */
function stepTo(hole: string, name: string): string {
  if (hole.startsWith(`${name}/`)) return hole.slice(name.length + 1).split('/')[0]!
  return hole
    .split('/')[0]!
    .slice(0, -name.length - 1)
    .split('.')
    .at(-1)!
}

function child(step: string, name: string, [hole = '']: readonly string[]): string {
  return hole.startsWith(`${name}/`) ? `${name}/${step}` : `${step}.${name}`
}

/** Elements other than the names, from their first letter on. */
function pathsAround(steps: readonly string[], name: string): readonly string[] {
  return prefixesOf(steps).flatMap(({ prefix, next, isName }) => [
    ...(prefix === '' || isName ? [] : [`${name}/${prefix}`]),
    next === '' ? `${name}/${prefix}?*` : `${name}/${prefix}[^${next}]*`,
  ])
}

/** Labels other than the names, from their last letter on, and whatever is below them. */
function hostsAround(steps: readonly string[], name: string): readonly string[] {
  const backwards = steps.map(turned)
  return prefixesOf(backwards).flatMap(({ prefix, next, isName }) => {
    const suffix = turned(prefix)
    const other = `*[^${isName ? '.' : ''}${next}]${suffix}.${name}`
    return prefix === '' || isName ? [other] : [`${suffix}.${name}`, other]
  })
}

function turned(text: string): string {
  return Array.from(text).reverse().join('')
}

/** Every beginning of the names, the letters that follow it in one of them (as a class has them), and whether it is one of them. */
function prefixesOf(steps: readonly string[]): readonly { prefix: string; next: string; isName: boolean }[] {
  const prefixes = new Set(
    steps.flatMap((step) => Array.from({ length: step.length + 1 }, (_, end) => step.slice(0, end))),
  )
  return [...prefixes].map((prefix) => {
    const following = steps.filter((step) => step.startsWith(prefix) && step !== prefix)
    const next = [...new Set(following.map((step) => step.charAt(prefix.length)))]
    return {
      prefix,
      next: next.map((letter) => (letter === '-' ? String.raw`\-` : letter)).join(''),
      isName: steps.includes(prefix),
    }
  })
}
