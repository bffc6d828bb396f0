/** Where the go command keeps what it has downloaded. */

import { pathsOf, type Machine } from '../../config/machine.ts'
import type { GoEnvironment } from './go-environment.ts'

/** The first directory of GOPATH, which is where the go command writes. */
export function goPath(machine: Machine, go: GoEnvironment): string {
  const { delimiter, join } = pathsOf(machine)
  const value = valueOf(go, 'GOPATH')
  const [first] = value.split(delimiter).filter((part) => part !== '')
  return first ?? join(machine.home, 'go')
}

/** GOMODCACHE, or its default below GOPATH. */
export function moduleCache(machine: Machine, go: GoEnvironment): string {
  const value = valueOf(go, 'GOMODCACHE')
  return value === '' ? pathsOf(machine).join(goPath(machine, go), 'pkg', 'mod') : value
}

function valueOf(go: GoEnvironment, name: string): string {
  return go.variables.get(name)?.value ?? go.environment[name] ?? ''
}
