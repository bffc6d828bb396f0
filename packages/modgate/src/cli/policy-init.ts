/** `modgate policy init`: a declaration to begin with */

import { buildCommand } from '@stricli/core'
import { pathsOf } from '../config/index.ts'
import { patternsOfRepository } from '../inspect/remotes/index.ts'
import { declarationYaml } from '../report/policy-text.ts'
import { print, remark, type CommandLine } from './context.ts'

export const policyInitCommand = buildCommand<{ readonly discover?: boolean }, [string?], CommandLine>({
  docs: {
    brief: 'Print a declaration to begin with',
    customUsage: ['[--discover] [DIR]'],
    fullDescription: [
      'Prints a declaration to begin with. With --discover its private names come from the git remotes and go.mod files of the',
      'repository in DIR, by default the one here. Public forges are never private as a whole.',
      '',
      'Example:',
      '  modgate policy init --discover > modgate-policy.yaml',
    ].join('\n'),
  },
  parameters: {
    flags: {
      discover: { kind: 'boolean', optional: true, withNegated: false, brief: 'Look at git remotes and go.mod files' },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, optional: true, placeholder: 'DIR', brief: 'Where to look' }],
    },
  },
  async func({ discover }, directory = '.') {
    if (!discover) {
      print(this, declarationYaml([]))
      return
    }
    const { machine } = this
    const found = await patternsOfRepository(pathsOf(machine).resolve(machine.cwd, directory), {}, machine)
    print(this, declarationYaml(found.patterns))
    for (const line of found.remarks) remark(this, line)
    remark(
      this,
      'check it before you use it: what you build from a public repository is public, and need not stand there',
    )
  },
})
