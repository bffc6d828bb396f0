/** Names that are counted without an end and kept with one. */

export interface NamesSeen {
  /** The first ones, in the order of the log. */
  readonly names: readonly string[]
  /** How many there are; `atLeast` where more came than are told apart. */
  readonly count: number
  readonly atLeast: boolean
}

export interface BoundedNames extends NamesSeen {
  add(name: string): void
  has(name: string): boolean
}

const longestName = 300

/** Tells at most `most` names apart. */
export function boundedNames(most: number): BoundedNames {
  const names = new Set<string>()
  let more = false
  return {
    add(name) {
      if (names.size < most) names.add(name.slice(0, longestName))
      else more ||= !names.has(name)
    },
    has: (name) => names.has(name),
    get names() {
      return [...names]
    },
    get count() {
      return names.size
    },
    get atLeast() {
      return more
    },
  }
}
