/** Values as somebody gave them, not looked at yet, with the place where they stand. */

import type { Environment } from '@modgate/gomod/goenv'
import { nearest } from './nearest.ts'
import type { Machine } from './machine.ts'
import type { Setting } from './setting.ts'
import { settingNames, settings, type SettingName } from './settings.ts'

/** Where a value comes from. `place` is what a person would look for: `--listen`, `MODGATE_LISTEN`, `modgate.yaml:3:9`. */
export interface Origin {
  readonly kind: 'flag' | 'environment' | 'file' | 'go' | 'default'
  readonly place: string
}

export interface Given {
  readonly raw: unknown
  readonly origin: Origin
  /** What relative paths in it are relative to. */
  readonly directory: string
  /** The place of a part of the value, by its path in it: the third route. */
  readonly partPlace?: (path: readonly PropertyKey[]) => string
}

export type GivenValues = Partial<Record<SettingName, Given>>

/** Flags as the command line has them: texts, switches, and texts of repeatable ones. */
export type FlagValues = Readonly<Partial<Record<SettingName, string | boolean | readonly string[]>>>

/** The values of flags. */
export function givenFlags(flags: FlagValues, machine: Machine): GivenValues {
  const values: GivenValues = {}
  for (const name of settingNames) {
    const value = flags[name]
    const absent = value === undefined || (Array.isArray(value) && value.length === 0)
    if (absent) continue
    const raw = typeof value === 'string' ? fromText(settings[name], value) : value
    values[name] = { raw, origin: { kind: 'flag', place: `--${settings[name].name}` }, directory: machine.cwd }
  }
  return values
}

/** The values of environment variables. An empty variable counts as not set, as in the go command. */
export function givenEnvironment(machine: Machine): GivenValues {
  const values: GivenValues = {}
  for (const name of settingNames) {
    const variable = settings[name].environment
    const text = machine.environment[variable] ?? ''
    if (text === '') continue
    const origin = { kind: 'environment', place: variable } as const
    values[name] = { raw: fromText(settings[name], text), origin, directory: machine.cwd }
  }
  return values
}

/** A sentence for each variable that looks like one of modgate's and is none. */
export function unknownVariables(environment: Environment): readonly string[] {
  const known = new Set(['MODGATE_DEBUG', ...settingNames.map((name) => settings[name].environment)])
  return Object.keys(environment)
    .filter((name) => name.startsWith('MODGATE_') && !known.has(name))
    .map((name) => {
      const meant = nearest(name, known)
      return `${name} is no setting of modgate${meant === undefined ? '' : `; did you mean ${meant}?`}`
    })
}

/** What a setting's type takes, from one text. What is not of the right form is left for the type to refuse. */
export function fromText(setting: Setting, text: string): unknown {
  switch (setting.from) {
    case 'text':
      return text
    case 'switch':
      return switchWords.get(text.toLowerCase()) ?? text
    case 'number':
      return /^[0-9]{1,15}$/.test(text) ? Number(text) : text
    case 'lines':
      return text
        .split(/[;\n]/)
        .map((line) => line.trim())
        .filter((line) => line !== '')
  }
}

const switchWords: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
])
