/** `modgate vendor`: the vendor directory, as go mod vendor and go work vendor write it */

import { buildCommand } from '@stricli/core'
import { counted } from '../core/counted.ts'
import { print, remark, type CommandLine } from './context.ts'
import type { VendorSummary } from './vendor-modules.ts'

interface VendorFlags {
  readonly output?: string
  readonly json?: boolean
}

export const vendorCommand = buildCommand<VendorFlags, [], CommandLine>({
  docs: {
    brief: 'Write the vendor directory from the module cache',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Writes what go mod vendor writes, or in a workspace go work vendor: the packages that the main modules and their tests need, and',
      'modules.txt. Sources come from the module cache; modgate download fills it. No go is needed. The directory is made beside the old',
      'one, which stays as it is until the new one is whole.',
      '',
      'Example:',
      '  modgate vendor',
      '  modgate vendor -o /tmp/vendored --json',
    ].join('\n'),
  },
  parameters: {
    flags: {
      output: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'DIR',
        brief: 'Another directory, which the go command does not use [vendor, beside go.mod or go.work]',
      },
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
    },
    aliases: { o: 'output' },
  },
  async func(flags) {
    const { vendorModules } = await import('./vendor-modules.ts')
    const summary = await vendorModules(this, flags.output)
    if (flags.json) print(this, summary)
    else remark(this, summary.packages === 0 ? 'no dependencies to vendor' : words(summary))
  },
})

function words({ directory, modules, packages, files }: VendorSummary): string {
  return `${directory}: ${counted(packages, 'package')} of ${counted(modules, 'module')}, ${counted(files, 'file')}`
}
