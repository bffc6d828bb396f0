/** A configuration for reading: every setting, its value, and where that comes from. */

import type { LoadedConfig } from './load.ts'
import { settingNames, settings } from './settings.ts'

/** One setting, shown. */
export interface ShownSetting {
  readonly name: string
  readonly environment: string
  /** As it was written, without credentials; empty where nothing is set. */
  readonly value: string
  /** What kind of place it comes from. */
  readonly from: string
  /** The place itself. */
  readonly place: string
}

/** All settings in the order of the table. */
export function shownSettings(loaded: LoadedConfig): readonly ShownSetting[] {
  return settingNames.map((name) => ({
    name: settings[name].name,
    environment: settings[name].environment,
    value: loaded.texts[name],
    from: loaded.origins[name].kind,
    place: loaded.origins[name].place,
  }))
}

/** The same as aligned text: name, value, place. */
export function formatSettings(shown: readonly ShownSetting[]): string {
  const rows = shown.map(({ name, value, place }) => [name, value === '' ? '-' : value, place])
  const widths = [0, 1].map((column) => Math.min(60, Math.max(...rows.map((row) => row[column]!.length))))
  return rows
    .map(([name, value, place]) => `${name!.padEnd(widths[0]!)}  ${value!.padEnd(widths[1]!)}  ${place}`)
    .join('\n')
}
