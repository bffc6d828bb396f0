/** Who sets a variable of the go command, and what of it counts. */

import { parseGoEnvFile } from '@modgate/gomod/goenv'
import type { Machine } from '../../config/index.ts'

/** Strongest first. `computed`: the go command works it out from others, or from the machine. */
export type GoOrigin = 'environment' | 'go-env-file' | 'goroot-file' | 'built-in' | 'computed'

/** What is set for a variable and does not count. */
export interface GoOverridden {
  readonly value: string
  readonly place: string
  /** Why it does not count, where that is not the order of origins: `an empty variable counts as not set`. */
  readonly why?: string
}

export interface SettingFile {
  readonly path: string
  /** Undefined where the file is not there, or cannot be read. */
  readonly text?: string
  /** Why it cannot be read, where it is there. */
  readonly unreadable?: string
}

/** One setting. */
interface Set {
  readonly value: string
  readonly origin: Exclude<GoOrigin, 'built-in' | 'computed'>
  readonly place: string
}

/** What is set for a variable: the setting that counts, if any, and all that do not. */
export type SettingLayers = (
  name: string,
  kind: 'setting' | 'environment' | 'computed',
) => { readonly counts: Set | undefined; readonly overridden: readonly GoOverridden[] }

const emptyIsUnset = 'an empty variable counts as not set'

/**
 * The order of the go command: the environment, the file of `go env -w`, go.env of the installation; an empty variable of the
 * environment counts as not set, and an empty line of the file of `go env -w` hides the line of go.env.
 */
export function layersOf(
  environment: Machine['environment'],
  goenvFile: SettingFile | undefined,
  gorootFile: SettingFile | undefined,
): SettingLayers {
  const files = [fileLayer(goenvFile, 'go-env-file'), fileLayer(gorootFile, 'goroot-file')] as const
  return (name, kind) => {
    const exported = environment[name]
    const fromEnvironment: Set[] =
      exported === undefined ? [] : [{ value: exported, origin: 'environment', place: 'in the environment' }]
    // GOROOT of go.env would name another installation than the one whose file that is.
    const layers = name === 'GOROOT' ? files.slice(0, 1) : files
    const lines = layers.flatMap((layer) => layer(name) ?? [])
    if (kind === 'computed')
      return { counts: undefined, overridden: [...fromEnvironment, ...lines].map(without('go works it out itself')) }
    if (kind === 'environment') {
      const [only] = fromEnvironment
      const unread = lines.map(without('go reads it from the environment alone'))
      if (only?.value) return { counts: only, overridden: unread }
      return { counts: undefined, overridden: [...fromEnvironment.map(without(emptyIsUnset)), ...unread] }
    }
    return order([...fromEnvironment, ...lines])
  }
}

function order(all: readonly Set[]): ReturnType<SettingLayers> {
  const first = all.findIndex(({ value, origin }) => value !== '' || origin !== 'environment')
  const top = all[first]
  const counts = top?.value ? top : undefined
  const overridden = all
    .filter((set) => set !== counts)
    .map((set) => {
      if (set.value === '') return without(emptyIsUnset)(set)
      const hiddenBy = counts ? undefined : `the empty line ${top!.place} hides it`
      return without(hiddenBy)(set)
    })
  return { counts, overridden }
}

const without =
  (why: string | undefined) =>
  ({ value, place }: Set): GoOverridden => ({ value, place, ...(why !== undefined && { why }) })

function fileLayer(file: SettingFile | undefined, origin: Set['origin']): (name: string) => Set | undefined {
  const values = parseGoEnvFile(file?.text ?? '')
  const lines = file?.text?.split('\n') ?? []
  return (name) => {
    const value = values.get(name)
    if (file === undefined || value === undefined) return undefined
    const line = lines.findLastIndex((text) => text.startsWith(`${name}=`)) + 1
    return { value, origin, place: `in ${file.path}:${line}` }
  }
}
