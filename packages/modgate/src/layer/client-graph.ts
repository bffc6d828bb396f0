/**
 * What one client has asked for lately, and what that says about its build: which versions it will choose, and so whose zips it is
 * about to want.
 *
 * The go command asks for the go.mod of everything in its module graph before it asks for a zip. Minimal version selection takes
 * the highest version of each path. Of these it wants the zips of what the main module requires, and since go 1.17 a main module
 * lists all it needs: whatever is only reached through an older module's requirements is read for its go.mod and then left
 * (https://go.dev/ref/mod#graph-pruning).
 */

import type { ModFile } from '@modgate/gomod/modfile'
import { compare } from '@modgate/gomod/semver'
import type { ModuleVersion } from '../core/ports.ts'

export interface ClientGraph {
  /** Notes that the client asked for this go.mod. */
  asked(module: ModuleVersion): void
  /** Notes what a go.mod of its graph requires, and whether the go command reads on below it. */
  requires(file: Pick<ModFile, 'require'>, unpruned: boolean): void
  /** Notes that the client wants the zip of something: a path that was thought to be read only means that more will be. */
  wanted(path: string): void
  /**
   * Whether the client has asked for all that its main module requires: the go command asks for that first, so it has once it asks for
   * what another module led it to.
   */
  readonly complete: boolean
  /** The versions whose zips the client will want, as far as is known; those named before are left out, and those that `but` says. */
  chosen(but?: (module: ModuleVersion) => boolean): readonly ModuleVersion[]
}

export function clientGraph(): ClientGraph {
  /** By path, the highest version asked for. */
  const highest = new Map<string, string>()
  /** Paths that the client asked for without a go.mod below 1.17 having led it there. */
  const roots = new Set<string>()
  const led = new Set<string>()
  const named = new Set<string>()
  let wide = false
  let complete = false

  return {
    get complete() {
      return complete
    },
    asked({ path, version }) {
      if (led.has(`${path}@${version}`)) complete = true
      else roots.add(path)
      const known = highest.get(path)
      if (known === undefined || compare(version, known) > 0) highest.set(path, version)
    },
    requires({ require }, unpruned) {
      if (!unpruned) return
      for (const { path, version } of require) led.add(`${path}@${version}`)
    },
    wanted(path) {
      if (highest.has(path) && !roots.has(path)) wide = true
    },
    chosen(but = () => false) {
      const fresh: ModuleVersion[] = []
      for (const [path, version] of highest) {
        const name = `${path}@${version}`
        if ((!wide && !roots.has(path)) || named.has(name) || but({ path, version })) continue
        named.add(name)
        fresh.push({ path, version })
      }
      return fresh
    },
  }
}
