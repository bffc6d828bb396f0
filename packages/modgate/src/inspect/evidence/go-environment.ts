/** Every setting of the go command with its value and its origin, read without running go. */

import { goenvFilePath, parseGoEnvFile } from '@modgate/gomod/goenv'
import { installationFile, type Machine } from '../../config/index.ts'
import { fetchSettingNames, type FetchSettings } from '../../policy/fetch-settings.ts'

/** Strongest first. `computed`: the go command works it out from others, or from the machine. */
export type GoOrigin = 'environment' | 'go-env-file' | 'goroot-file' | 'built-in' | 'computed'

export interface GoVariable {
  readonly name: string
  readonly value: string
  readonly origin: GoOrigin
  /** In words, to follow a name: `in the environment`, `in /home/me/.config/go/env`, `built into go`, `by default GOPRIVATE's`. */
  readonly place: string
  /** Set where the value is that of another variable, which is its default; `origin` is then where that one comes from. */
  readonly inheritedFrom?: 'GOPRIVATE'
  /** What else is set for it and does not count, strongest first. */
  readonly overridden: readonly GoOverridden[]
}

export interface GoOverridden {
  readonly value: string
  readonly place: string
  /** Why it does not count, where that is not the order of origins: `an empty variable counts as not set`. */
  readonly why?: string
}

export interface GoEnvironment {
  /** By name; those of the go command that this modgate knows, in the order of `go env`. */
  readonly variables: ReadonlyMap<string, GoVariable>
  /** The file of `go env -w`, and whether it is there. */
  readonly goenvFile?: { readonly path: string; readonly text?: string }
  /** `go.env` of the Go installation, where one was found. */
  readonly gorootFile?: { readonly path: string; readonly text?: string }
  /** Of the installation that PATH leads to: `go1.26.8`; undefined where there is none. */
  readonly goVersion?: string
  /** Everything of the process's environment: what is no variable of go's is looked at too, as HTTPS_PROXY and misspelt names. */
  readonly environment: Machine['environment']
}

/** Collects it. Throws where a file is there and cannot be read. */
export async function readGoEnvironment(machine: Machine): Promise<GoEnvironment> {
  const location = goenvFilePath(machine)
  const goenvFile = location.kind === 'file' ? await readAt(machine, location.path) : undefined
  const gorootPath = await installationFile(machine)
  const gorootFile = gorootPath === undefined ? undefined : await readAt(machine, gorootPath)
  const written = parseGoEnvFile(goenvFile?.text ?? '')
  const shipped = parseGoEnvFile(gorootFile?.text ?? '')
  const variables = new Map<string, GoVariable>()
  for (const name of fetchSettingNames) {
    const exported = machine.environment[name] ?? ''
    if (exported !== '') variables.set(name, variable(name, exported, 'environment', 'in the environment'))
    else if (written.has(name))
      variables.set(name, variable(name, written.get(name)!, 'go-env-file', `in ${goenvFile!.path}`))
    else if (shipped.has(name))
      variables.set(name, variable(name, shipped.get(name)!, 'goroot-file', `in ${gorootFile!.path}`))
    else variables.set(name, variable(name, '', 'built-in', 'built into go'))
  }
  return {
    variables,
    ...(goenvFile && { goenvFile }),
    ...(gorootFile && { gorootFile }),
    environment: machine.environment,
  }
}

/** The values that decide where modules come from. */
export function fetchSettingsOf({ variables }: GoEnvironment): FetchSettings {
  return Object.fromEntries(
    fetchSettingNames.map((name) => [name, variables.get(name)?.value ?? '']),
  ) as unknown as FetchSettings
}

function variable(name: string, value: string, origin: GoOrigin, place: string): GoVariable {
  return { name, value, origin, place, overridden: [] }
}

async function readAt(machine: Machine, path: string): Promise<{ path: string; text?: string }> {
  const text = await machine.readFile(path)
  return text === undefined ? { path } : { path, text }
}
