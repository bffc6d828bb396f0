import type { Line } from './syntax.ts'
import { removeLine } from './syntax-edit.ts'

/** Anything that stands on a line of its own. */
interface OnLine {
  readonly syntax: Line
}

/** The directives without those to drop, whose lines are marked as removed. */
export function without<Directive extends OnLine>(
  list: readonly Directive[],
  drop: (directive: Directive) => boolean,
): Directive[] {
  return list.filter((directive) => {
    const dropped = drop(directive)
    if (dropped) removeLine(directive.syntax)
    return !dropped
  })
}

/** The first directive that matches, and the list without all others that do. */
export function onlyFirst<Directive extends OnLine>(
  list: readonly Directive[],
  matches: (directive: Directive) => boolean,
): { first: Directive | undefined; rest: Directive[] } {
  const first = list.find(matches)
  return { first, rest: without(list, (directive) => directive !== first && matches(directive)) }
}
