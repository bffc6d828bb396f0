/** `modgate resolve`: the build list, as go chooses it */

import { buildCommand } from '@stricli/core'
import type { BuildMode } from '../modload/build-mode.ts'
import { print, type CommandLine } from './context.ts'

interface ResolveFlags {
  readonly json?: boolean
  readonly graph?: boolean
  readonly why?: string
  readonly mod?: BuildMode
}

export const resolveCommand = buildCommand<ResolveFlags, [], CommandLine>({
  docs: {
    brief: 'Print the module versions that go builds with, and why',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Prints what go list -m all prints: every module of the build and the version that was chosen. go.mod files come from the module',
      'cache and from the proxies that the settings of go name, each checked against go.sum or the checksum database. No go is needed,',
      'and nothing is written.',
      '',
      'Example:',
      '  modgate resolve',
      '  modgate resolve --why golang.org/x/net',
      '  modgate resolve --graph | grep golang.org/x/net@',
    ].join('\n'),
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON, as go list -m -json all' },
      graph: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print the graph, as go mod graph' },
      why: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'MODULE',
        brief: 'Say which requirement chose the version of a module, and who asks for less',
      },
      mod: {
        kind: 'enum',
        values: ['readonly', 'mod', 'vendor'],
        optional: true,
        brief: 'As the flag of go. readonly: go.mod and go.sum must be complete; mod: as if they were updated',
      },
    },
  },
  async func(flags) {
    const { resolveModules } = await import('./resolve-modules.ts')
    print(this, await resolveModules(this, flags))
  },
})
