/** `modgate doctor` */

import { buildCommand } from '@stricli/core'
import { checkUp } from '../inspect/doctor/check-up.ts'
import { readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { readProject } from '../inspect/evidence/project.ts'
import { findingText } from '../report/findings-text.ts'
import { print, type CommandLine } from './context.ts'

interface Flags {
  readonly json?: boolean
}

export const doctorCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Find out what is wrong with the Go settings here',
    fullDescription: [
      'Looks at the settings of the go command, where each comes from, and what is wrong with them.',
      '',
      'Example:',
      '  modgate doctor',
    ].join('\n'),
  },
  parameters: {
    flags: { json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' } },
  },
  async func({ json }) {
    const go = await readGoEnvironment(this.machine)
    const project = await readProject(this.machine)
    const findings = checkUp({ go, ...(project && { project }) }).flatMap((result) => result.findings ?? [])
    print(this, json ? { findings } : findings.map(findingText).join('\n\n') || 'nothing found')
    if (findings.some(({ severity }) => severity === 'problem')) this.process.exitCode = 1
  },
})
