/** `modgate doctor`: what is wrong with the settings of go here, in groups; each of its other jobs is a file of its own. */

import { buildCommand } from '@stricli/core'
import { systemRunner } from '../core/child-process.ts'
import { findingsFormats } from '../report/findings-format.ts'
import type { CommandLine } from './context.ts'
import { examine, type Examination } from './doctor-examination.ts'
import { explainCheck, listChecks } from './doctor-explain.ts'
import { fixFindings } from './doctor-fix.ts'
import type { DoctorFlags } from './doctor-flags.ts'
import { showExamination } from './doctor-report.ts'
import { shareExamination } from './doctor-share.ts'

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const doctorCommand = buildCommand<DoctorFlags, [], CommandLine>({
  docs: {
    brief: 'Find out what is wrong with the Go settings here',
    customUsage: ['[FLAGS]', '--deep', '--fix [--yes]', '--share', '--explain MG0101', '--list'],
    fullDescription: [
      'Looks at the settings of the go command, where each comes from, and what is wrong with them: proxies, private modules,',
      'verification, toolchain, module cache, CI. Asks nobody unless --deep is given, and changes nothing unless --fix is.',
      'Exit code 0: no problem; 1: problems; 2: used wrongly.',
      '',
      'Example:',
      '  modgate doctor',
      '  modgate doctor --deep --only public-modules',
      '  modgate doctor --fix',
      '  modgate doctor --explain MG0101',
    ].join('\n'),
  },
  parameters: {
    flags: {
      deep: {
        ...isSwitch,
        brief:
          'Ask every proxy and database, and read the zips of the module cache (of the module here, if there is one)',
      },
      module: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'With --deep: the module to ask for',
        placeholder: 'MODULE[@VERSION]',
      },
      fix: { ...isSwitch, brief: 'Change what can be changed, after showing it and asking' },
      yes: { ...isSwitch, brief: 'With --fix: do not ask' },
      share: { ...isSwitch, brief: 'Write a report to give away, without secrets and private names' },
      only: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Some groups or checks: settings,MG0301',
        placeholder: 'GROUP|ID,...',
      },
      strict: { ...isSwitch, brief: 'Exit code 1 for warnings, too' },
      verbose: { ...isSwitch, brief: 'Every check, and all that is known of each finding' },
      all: { ...isSwitch, brief: 'Every setting of go, not only those that somebody set' },
      json: { ...isSwitch, brief: 'Print JSON, as --format json' },
      format: { kind: 'enum', values: findingsFormats, optional: true, brief: 'Form of the report [text]' },
      explain: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Say what a check or an error means',
        placeholder: 'ID',
      },
      list: { ...isSwitch, brief: 'List all checks with their ids' },
    },
  },
  async func(flags) {
    if (flags.explain !== undefined) {
      explainCheck(this, flags.explain, flags)
      return
    }
    if (flags.list) {
      listChecks(this, flags)
      return
    }
    const examination = await examine(this, flags, systemRunner)
    if (examination === undefined) return
    if (flags.share) await shareExamination(this, examination)
    else showExamination(this, flags, examination)
    const last = flags.fix ? await fixFindings(this, flags, examination) : examination
    if (isBad(last, flags)) this.process.exitCode = 1
  },
})

function isBad({ results }: Examination, { strict = false }: DoctorFlags): boolean {
  const severities = results.flatMap(({ findings }) => findings ?? []).map(({ severity }) => severity)
  return severities.includes('problem') || (strict && severities.includes('warning'))
}
