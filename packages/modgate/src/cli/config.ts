/** `modgate config show | check | schema` */

import { buildCommand, buildRouteMap } from '@stricli/core'
import {
  configSchema,
  formatSettings,
  loadServeConfig,
  shownSettings,
  type FlagValues,
  type LoadedConfig,
} from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { print, remark, type CommandLine } from './context.ts'
import { failureExitCode } from './report-failure.ts'
import { settingFlags } from './setting-flags.ts'

type Flags = FlagValues & { readonly json?: boolean }

const flags = {
  json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
  ...settingFlags,
} as const

const showCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Print every setting, its value, and where that comes from',
    customUsage: ['[FLAGS]'],
    fullDescription:
      'Prints every setting that a gate started here with the same flags would have, and where it comes from.\n\nExample:\n  modgate config show --json',
  },
  parameters: { flags },
  async func(flags) {
    const loaded = await load(flags, this)
    const settings = shownSettings(loaded)
    print(this, flags.json ? { settings, warnings: loaded.warnings } : formatSettings(settings))
    if (!flags.json) warn(loaded, this)
  },
})

const checkCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Look for mistakes in the settings',
    customUsage: ['[FLAGS]'],
    fullDescription:
      'Reads flags, environment and file as modgate serve would, and says all that is wrong. Exit code 2 if anything is.\n\nExample:\n  modgate config check --config /etc/modgate/modgate.yaml',
  },
  parameters: { flags },
  async func(flags) {
    if (flags.json) return checkForProgram(flags, this)
    const loaded = await load(flags, this)
    warn(loaded, this)
    print(this, `the settings are right (${loaded.texts.config || 'no configuration file'})`)
  },
})

const schemaCommand = buildCommand({
  docs: {
    brief: 'Print the JSON Schema of modgate.yaml',
    fullDescription:
      'Prints the JSON Schema of modgate.yaml, for an editor.\n\nExample:\n  modgate config schema > modgate.schema.json',
  },
  parameters: {},
  func(this: CommandLine) {
    print(this, configSchema())
  },
})

export const configCommands = buildRouteMap({
  routes: { show: showCommand, check: checkCommand, schema: schemaCommand },
  docs: {
    brief: 'Look at the settings',
    fullDescription: 'Looks at the settings of a gate.\n\nExample:\n  modgate config show',
  },
})

function warn({ warnings }: LoadedConfig, command: CommandLine): void {
  for (const warning of warnings) remark(command, `modgate: warning: ${warning}`)
}

function load(flags: Flags, command: CommandLine): Promise<LoadedConfig> {
  return loadServeConfig(flags, command.machine)
}

async function checkForProgram(flags: Flags, command: CommandLine): Promise<void> {
  try {
    const { warnings } = await load(flags, command)
    print(command, { ok: true, problems: [], warnings })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    print(command, { ok: false, problems: error.why.split('\n'), warnings: [] })
    command.process.exitCode = failureExitCode(error)
  }
}
