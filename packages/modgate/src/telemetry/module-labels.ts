/**
 * Which module paths and versions may become label values. Clients choose them, and there are millions, so only the first ones
 * get series of their own; all others share `other`.
 */

const other = 'other'

/** A version that no request named (list, latest). */
const none = ''

export interface ModuleLabels {
  readonly module: string
  readonly version: string
}

const overflow: ModuleLabels = { module: other, version: other }

/** How many versions there may be, on average, for each module. */
const versionsPerModule = 8

/** Places that are given away once, of which refused requests get a quarter at most. */
class Places {
  #free: number
  #freeToRefused: number

  constructor(places: number) {
    this.#free = places
    this.#freeToRefused = Math.ceil(places / 4)
  }

  take(refused: boolean): boolean {
    if (this.#free <= 0 || (refused && this.#freeToRefused <= 0)) return false
    this.#free--
    if (refused) this.#freeToRefused--
    return true
  }
}

export class ModuleLimit {
  readonly #known = new Map<string, Map<string, ModuleLabels>>()
  readonly #modules: Places
  readonly #versions: Places

  /** `limit`: distinct modules; 8 times as many distinct versions of them. */
  constructor(limit: number) {
    this.#modules = new Places(limit)
    this.#versions = new Places(limit * versionsPerModule)
  }

  /**
   * The labels to count with. Names first seen in refused requests take a quarter of the places at most, lest someone who asks for
   * what does not exist uses them all up.
   */
  labels(module: string, version: string | undefined, status: number): ModuleLabels {
    const refused = status >= 400
    const versions = this.#known.get(module) ?? this.#admit(module, refused)
    if (!versions) return overflow
    const asked = version ?? none
    const known = versions.get(asked)
    if (known) return known
    if (!this.#versions.take(refused)) return { module, version: other }
    const labels = { module, version: asked }
    versions.set(asked, labels)
    return labels
  }

  #admit(module: string, refused: boolean): Map<string, ModuleLabels> | undefined {
    if (!this.#modules.take(refused)) return undefined
    const versions = new Map<string, ModuleLabels>()
    this.#known.set(module, versions)
    return versions
  }
}
