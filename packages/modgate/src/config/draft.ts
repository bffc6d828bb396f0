/** A configuration while it is put together: what is known, and all that is wrong so far. */

import type { z } from 'zod'
import { fromText, type Given, type Origin } from './given.ts'
import { pathsOf, type Machine } from './machine.ts'
import { redact } from './redact.ts'
import type { Setting } from './setting.ts'
import { settingNames, settings, type SettingName, type SettingValues } from './settings.ts'

/** Characters that are shown of a wrong value. */
const maxShown = 120

export class Draft {
  readonly values: { -readonly [Name in SettingName]?: SettingValues[Name] } = {}
  readonly origins = each((): Origin => ({ kind: 'default', place: 'default' }))
  readonly texts = each(() => '')
  readonly problems: string[] = []
  readonly warnings: string[] = []
  readonly #given = new Set<SettingName>()

  /** Whether somebody gave this setting, right or wrong: then no default is looked for. */
  isGiven(name: SettingName): boolean {
    return this.#given.has(name)
  }

  /** Takes a value that somebody gave, or notes what is wrong with it. */
  give(name: SettingName, given: Given, machine: Machine): void {
    this.#given.add(name)
    const setting: Setting = settings[name]
    const result = setting.type.safeParse(given.raw)
    if (!result.success) {
      this.problems.push(...result.error.issues.map((issue) => problem(setting, given, issue)))
    } else if (setting.path === true) {
      const path = resolved(String(result.data), given.directory, machine)
      this.#set(name, path, path, given.origin)
    } else {
      this.#set(name, result.data, shown(given.raw), given.origin)
    }
  }

  /** Takes the default that the table has for a setting, if it has one. */
  giveDefault(name: SettingName): void {
    const setting: Setting = settings[name]
    if (setting.default === undefined) return
    this.#set(name, setting.type.parse(fromText(setting, setting.default)), setting.default)
  }

  /** Takes a default that was found on the machine, with the text that stands for it. */
  found<Name extends SettingName>(name: Name, value: SettingValues[Name], text: string, origin: Origin): void {
    this.#set(name, value, text, origin)
  }

  #set(name: SettingName, value: unknown, text: string, origin = this.origins[name]): void {
    const setting: Setting = settings[name]
    Object.assign(this.values, { [name]: value })
    this.texts[name] = setting.secret === true && text !== '' ? 'xxxxx' : redact(text)
    this.origins[name] = origin
  }
}

function each<T>(make: (name: SettingName) => T): Record<SettingName, T> {
  return Object.fromEntries(settingNames.map((name) => [name, make(name)])) as Record<SettingName, T>
}

/** A path from a file or the environment may begin with `~/`, which no shell has replaced. */
function resolved(path: string, directory: string, machine: Machine): string {
  const { resolve, join } = pathsOf(machine)
  return path.startsWith('~/') ? join(machine.home, path.slice(2)) : resolve(directory, path)
}

/** One sentence: where, what, and what would be right. */
function problem(setting: Setting, given: Given, issue: z.core.$ZodIssue): string {
  const place = given.partPlace?.(issue.path) ?? given.origin.place
  const key =
    given.origin.kind === 'file'
      ? ` ${setting.key === undefined || setting.key === false ? setting.name : setting.key}:`
      : ''
  const text = setting.secret === true ? 'the value' : quoted(partOf(given.raw, issue.path))
  return `${place}:${key} ${text} ${issue.message}; right would be, for example, ${setting.example}`
}

function partOf(raw: unknown, path: readonly PropertyKey[]): unknown {
  const [first, ...rest] = path
  if (first === undefined || typeof raw !== 'object' || raw === null) return raw
  return partOf((raw as Record<PropertyKey, unknown>)[first], rest)
}

function quoted(value: unknown): string {
  const text = redact(value === undefined ? 'nothing' : JSON.stringify(value))
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text
}

function shown(raw: unknown): string {
  if (Array.isArray(raw)) return raw.map(String).join(';')
  return typeof raw === 'object' && raw !== null
    ? Object.entries(raw)
        .map(([key, value]) => `${key}=${[value].flat().join(',')}`)
        .join(';')
    : String(raw)
}
