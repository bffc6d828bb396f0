/** What a go command has to be set to, for a declaration to come true, and what its settings cannot say. */

import type { FetchSettings } from './fetch-settings.ts'
import { frontGates, type Declaration, type DeclaredGate } from './declaration.ts'
import { privatePatternList, unreachable } from './generate-patterns.ts'

export interface ClientPolicy {
  /** `log`: one gate with a covering log verifies everything. `gate`: one gate, private modules unverified. `direct`: no gate. */
  readonly mode: 'log' | 'gate' | 'direct'
  readonly gate?: DeclaredGate
  /** In the order in which they are written down. What is not among them has to be empty. */
  readonly variables: readonly PolicyVariable[]
  /** Settings that must not be set anywhere: an old value would undo the policy. */
  readonly empty: readonly string[]
  /** What these settings cannot do, in sentences. */
  readonly limits: readonly string[]
}

export interface PolicyVariable {
  readonly name: string
  readonly value: string
  readonly why: string
}

/**
 * The settings of a machine. `region` names the gate in front where there are several. Throws a RangeError, with the names to choose
 * from, where it has to be named and is not.
 */
export function clientPolicy(declaration: Declaration, region?: string): ClientPolicy {
  const gate = frontGate(declaration, region)
  if (gate === undefined) return directPolicy(declaration)
  return gate.key === undefined ? gatePolicy(declaration, gate) : logPolicy(declaration, gate, gate.key)
}

/** The gate that go asks: the only one, or that of the region. Undefined where there are no gates. Throws as `clientPolicy`. */
export function frontGate(declaration: Declaration, region?: string): DeclaredGate | undefined {
  const fronts = frontGates(declaration)
  const list = fronts.map(({ name }) => name).join(', ')
  if (region === undefined) {
    if (fronts.length > 1) throw new RangeError(`there are several gates in front: choose one of ${list}`)
    return fronts[0]
  }
  const found = fronts.find(({ name }) => name === region)
  if (found === undefined) throw new RangeError(`no gate in front is called ${region}: there is ${list || 'none'}`)
  return found
}

function logPolicy(declaration: Declaration, gate: DeclaredGate, key: string): ClientPolicy {
  return {
    ...{ mode: 'log', gate },
    variables: [
      { name: 'GOPROXY', value: gate.url, why: 'everything comes from the gate, and nothing from anywhere else' },
      { name: 'GOSUMDB', value: key, why: "every module, private ones too, is verified against the gate's own log" },
    ],
    empty: ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB'],
    limits: behindLimits(declaration, gate),
  }
}

function gatePolicy(declaration: Declaration, gate: DeclaredGate): ClientPolicy {
  const list = privatePatternList(declaration)
  const gateLine = {
    name: 'GOPROXY',
    value: gate.url,
    why: 'everything comes from the gate: it knows the private names',
  }
  if (list === '')
    return { mode: 'gate', gate, variables: [gateLine], empty: ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB'], limits: [] }
  return {
    ...{ mode: 'gate', gate },
    variables: [
      {
        name: 'GOPRIVATE',
        value: list,
        why: 'what is private: for version control rules, and the default of the next two',
      },
      {
        name: 'GONOPROXY',
        value: 'none',
        why: 'no module goes past the gate; empty would mean GOPRIVATE, and private ones would',
      },
      {
        name: 'GONOSUMDB',
        value: list,
        why: 'exactly the private modules are not asked about at a public checksum database',
      },
      gateLine,
    ],
    empty: [],
    limits: [
      'without a covering log nobody but go.sum vouches for private modules: whoever fetches a version first believes what comes. A key for the gate closes that',
      ...exceptionLimits(declaration),
      ...behindLimits(declaration, gate),
    ],
  }
}

function directPolicy(declaration: Declaration): ClientPolicy {
  const list = privatePatternList(declaration)
  const upstream = declaration.upstream
  const proxy =
    upstream === undefined ? [] : [{ name: 'GOPROXY', value: upstream, why: 'where public modules come from' }]
  if (list === '')
    return { mode: 'direct', variables: proxy, empty: ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB'], limits: [] }
  return {
    mode: 'direct',
    variables: [
      { name: 'GOPRIVATE', value: list, why: 'what is private' },
      {
        name: 'GONOPROXY',
        value: list,
        why: 'private modules come from their own host, and no proxy sees their names',
      },
      {
        name: 'GONOSUMDB',
        value: list,
        why: 'exactly the private modules are not asked about at a public checksum database',
      },
      ...proxy,
    ],
    empty: [],
    limits: [
      'every machine needs git and credentials for the private hosts, and nobody but go.sum vouches for what comes from there',
      ...exceptionLimits(declaration),
    ],
  }
}

function exceptionLimits(declaration: Declaration): readonly string[] {
  if (declaration.public.length === 0) return []
  const lost = unreachable(declaration)
  const spelt = 'the lists of go have no exceptions: the names around the public ones are spelt out by their letters'
  if (lost.length === 0) return [spelt]
  return [spelt, `a module called exactly ${lost.join(' or ')} cannot be private so, since a public one is below it`]
}

function behindLimits({ gates }: Declaration, front: DeclaredGate): readonly string[] {
  const behind = gates.filter((gate) => gate.for.length > 0)
  if (behind.length === 0) return []
  const keys = behind.some(({ key }) => key !== undefined)
  return [
    `go cannot send a module to one gate and not to another: ${front.name} does that (its settings: modgate policy --for gate)`,
    ...(keys
      ? [`go takes one GOSUMDB: the keys of the gates behind ${front.name} are for those who ask them directly`]
      : []),
  ]
}

/** The settings as the go command would have them on a machine with nothing else set. */
export function settingsOfPolicy({ variables }: ClientPolicy, defaults: FetchSettings): FetchSettings {
  const own = Object.fromEntries(variables.map(({ name, value }) => [name, value]))
  const unset = { GOPRIVATE: '', GONOPROXY: '', GONOSUMDB: '' }
  return { ...defaults, ...unset, ...own }
}
