/** Every setting of the go command with its value and its origin, read without running go. */

import { goenvFilePath, parseGoEnvFile } from '@modgate/gomod/goenv'
import { installationOnPath } from '../../config/go-settings.ts'
import { pathsOf, type Machine } from '../../config/machine.ts'
import { fetchSettingNames, type FetchSettings } from '../../policy/fetch-settings.ts'
import { goMachine } from './go-platform.ts'
import { layersOf, type GoOrigin, type GoOverridden, type SettingFile, type SettingLayers } from './go-layers.ts'
import { goVariableRules, processorVariable, type GoVariableRule, type Known } from './go-variables.ts'

export interface GoVariable {
  readonly name: string
  readonly value: string
  readonly origin: GoOrigin
  /** In words, to follow a name: `in the environment`, `in /home/me/.config/go/env:3`, `built into go`, `below GOPATH`. */
  readonly place: string
  /** Set where the value is that of another variable, which is its default; `origin` is then where that one comes from. */
  readonly inheritedFrom?: 'GOPRIVATE'
  /** What else is set for it and does not count, strongest first. */
  readonly overridden: readonly GoOverridden[]
}

export interface GoEnvironment {
  /** By name; those of the go command that this modgate knows, in the order of `go env`. */
  readonly variables: ReadonlyMap<string, GoVariable>
  /** The file of `go env -w`, and whether it is there. */
  readonly goenvFile?: SettingFile
  /** `go.env` of the Go installation, where one was found. */
  readonly gorootFile?: SettingFile
  /** Of the installation that PATH leads to: `go1.26.8`; undefined where there is none. */
  readonly goVersion?: string
  /** Everything of the process's environment: what is no variable of go's is looked at too, as HTTPS_PROXY and misspelt names. */
  readonly environment: Machine['environment']
}

/**
 * Collects it. A toolchain that GOTOOLCHAIN or go.mod would switch to is not looked into: GOROOT, GOVERSION and go.env are those of
 * the installation. A file that cannot be read does not count, as for the go command.
 */
export async function readGoEnvironment(machine: Machine): Promise<GoEnvironment> {
  const { join, normalize } = pathsOf(machine)
  const location = goenvFilePath(machine)
  const goenvFile = location.kind === 'file' ? await readAt(machine, tidy(machine, location)) : undefined
  // The go command looks for its own go.env by the GOROOT of the user's file first.
  const named = parseGoEnvFile(goenvFile?.text ?? '').get('GOROOT') || machine.environment['GOROOT'] || undefined
  const root = named === undefined ? await installationOnPath(machine) : normalize(named)
  const gorootFile = root === undefined ? undefined : await readAt(machine, join(root, 'go.env'))
  const version = root === undefined ? undefined : await versionOf(machine, root)
  const layers = layersOf(machine.environment, goenvFile, gorootFile)
  const goenvPath = location.kind === 'file' ? tidy(machine, location) : ''
  const facts = { ...(await goMachine(machine, root)), version: version ?? '', goenvPath }
  return {
    variables: await resolveAll(layers, facts),
    ...(goenvFile && { goenvFile }),
    ...(gorootFile && { gorootFile }),
    ...(version !== undefined && { goVersion: version }),
    environment: machine.environment,
  }
}

/** The values that decide where modules come from. */
export function fetchSettingsOf({ variables }: GoEnvironment): FetchSettings {
  return Object.fromEntries(
    fetchSettingNames.map((name) => [name, variables.get(name)?.value ?? '']),
  ) as unknown as FetchSettings
}

async function resolveAll(
  layers: SettingLayers,
  facts: Omit<Known, 'valueOf'>,
): Promise<ReadonlyMap<string, GoVariable>> {
  const found = new Map<string, GoVariable>()
  const known: Known = { ...facts, valueOf: async (name) => (await resolve(name)).value }
  const resolve = async (name: string): Promise<GoVariable> => {
    const variable = found.get(name) ?? (await resolved(name, goVariableRules.get(name)!, { layers, known }))
    found.set(name, variable)
    return variable
  }
  const own = processorVariable(await known.valueOf('GOARCH'))
  if (own) found.set(own[0], await resolved(own[0], own[1], { layers, known }))
  for (const name of goVariableRules.keys()) await resolve(name)
  for (const name of ['GONOPROXY', 'GONOSUMDB']) found.set(name, inherited(found.get(name)!, found.get('GOPRIVATE')!))
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

interface Sources {
  readonly layers: SettingLayers
  readonly known: Known
}

async function resolved(name: string, rule: GoVariableRule, { layers, known }: Sources): Promise<GoVariable> {
  const { counts, overridden } = layers(name, rule.kind)
  if (counts) {
    const value = rule.read ? await rule.read(counts.value, known) : counts.value
    return { name, value, origin: counts.origin, place: counts.place, overridden }
  }
  const { otherwise } = rule
  if (typeof otherwise !== 'string') return { name, ...(await otherwise(known)), origin: 'computed', overridden }
  const value = rule.read ? await rule.read(otherwise, known) : otherwise
  return { name, value, origin: 'built-in', place: 'built into go', overridden }
}

function inherited(variable: GoVariable, from: GoVariable): GoVariable {
  if (variable.origin !== 'built-in' || from.value === '') return variable
  const place = `by default GOPRIVATE's, which is ${from.place}`
  return { ...variable, value: from.value, origin: from.origin, place, inheritedFrom: 'GOPRIVATE' }
}

/** A folder of the environment may end in slashes; a file that GOENV names is taken as it stands. */
function tidy(machine: Machine, { path, chosen }: { readonly path: string; readonly chosen: boolean }): string {
  return chosen ? path : pathsOf(machine).normalize(path)
}

async function versionOf(machine: Machine, root: string): Promise<string | undefined> {
  const text = await machine.readFile(pathsOf(machine).join(root, 'VERSION')).catch(() => undefined)
  return text?.split('\n')[0]?.trim() || undefined
}

async function readAt(machine: Machine, path: string): Promise<SettingFile> {
  try {
    const text = await machine.readFile(path)
    return text === undefined ? { path } : { path, text }
  } catch (error) {
    return { path, unreadable: (error as Error).message }
  }
}
