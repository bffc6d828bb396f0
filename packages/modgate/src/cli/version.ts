/** `modgate version` */

import { buildCommand } from '@stricli/core'
import { print, type CommandLine } from './context.ts'
import { modgateVersion } from './version-number.ts'

interface Flags {
  readonly json?: boolean
}

export const versionCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Print the versions of modgate and of its runtime',
    fullDescription: 'Prints the versions of modgate and of its runtime.\n\nExample:\n  modgate version --json',
  },
  parameters: { flags: { json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' } } },
  func(flags) {
    const versions = {
      modgate: modgateVersion(),
      node: process.versions.node,
      platform: `${process.platform}/${process.arch}`,
    }
    print(this, flags.json ? versions : `modgate ${versions.modgate} (Node ${versions.node}, ${versions.platform})`)
  },
})
