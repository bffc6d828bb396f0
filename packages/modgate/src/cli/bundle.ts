/** `modgate bundle export | import | verify`: modules carried to where no network leads */

import { buildRouteMap } from '@stricli/core'
import { bundleExportCommand } from './bundle-export.ts'
import { bundleImportCommand } from './bundle-import.ts'
import { bundleVerifyCommand } from './bundle-verify.ts'

export const bundleCommands = buildRouteMap({
  routes: { export: bundleExportCommand, import: bundleImportCommand, verify: bundleVerifyCommand },
  docs: {
    brief: 'Carry modules, toolchains and their records to where no network leads',
    fullDescription: [
      'One file with modules, toolchains and what proves them: signed, and verified again where it arrives.',
      '',
      'Example:',
      '  modgate bundle export -o june.bundle --repositories ~/src --toolchain go1.26.8',
      '  modgate bundle verify june.bundle --key "$(cat exporter.key)"',
      '  modgate bundle import june.bundle --data /var/lib/modgate --key "$(cat exporter.key)"',
    ].join('\n'),
  },
})
