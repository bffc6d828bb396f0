/** `modgate upgrades`: what is newer, retracted and deprecated */

import { buildCommand } from '@stricli/core'
import type { BuildMode } from '../modload/build-mode.ts'
import { print, type CommandLine } from './context.ts'

interface UpgradesFlags {
  readonly json?: boolean
  readonly mod?: BuildMode
}

export const upgradesCommand = buildCommand<UpgradesFlags, [], CommandLine>({
  docs: {
    brief: 'Print what is newer, retracted or deprecated in a build',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Prints the modules of the build that have a newer version, and those whose version was retracted or that are deprecated, as',
      'go list -m -u -retracted all finds them. Versions are asked for at the proxies that the settings of go name. Nothing is changed.',
      'Exit code 1 if something could not be found out.',
      '',
      'Example:',
      '  modgate upgrades',
      '  modgate upgrades --json',
    ].join('\n'),
  },
  parameters: {
    flags: {
      json: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Print JSON, as go list -m -u -retracted -json all',
      },
      mod: {
        kind: 'enum',
        values: ['readonly', 'mod', 'vendor'],
        optional: true,
        brief: 'As the flag of go; see modgate resolve',
      },
    },
  },
  async func(flags) {
    const { upgradeModules } = await import('./upgrade-modules.ts')
    const { text, isComplete } = await upgradeModules(this, flags)
    print(this, text)
    if (!isComplete) this.process.exitCode = 1
  },
})
