/** The flags of the commands that take a configuration, from the table of settings. */

import type { FlagParametersForType } from '@stricli/core'
import { settingNames, settings, type FlagValues, type Setting } from '../config/index.ts'
import type { CommandLine } from './context.ts'

/** One flag a setting. Values stay as they were written: config/ parses them, with those of the environment and the file. */
export const settingFlags = Object.fromEntries(
  settingNames.map((name) => [name, flag(settings[name])]),
) as unknown as FlagParametersForType<FlagValues, CommandLine>

function flag(setting: Setting): object {
  if (setting.from === 'switch') return { kind: 'boolean', optional: true, brief: setting.brief }
  const { placeholder } = setting
  const brief = `${placeholder}: ${setting.brief}${defaultOf(setting)}`
  return { kind: 'parsed', parse: String, optional: true, brief, placeholder, variadic: setting.from === 'lines' }
}

function defaultOf(setting: Setting): string {
  const words = setting.defaultWords ?? setting.default
  return words === undefined ? '' : ` [${words}]`
}
