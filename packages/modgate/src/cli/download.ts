/** `modgate download [MODULE…]`: the module cache, filled at full width */

import { buildCommand } from '@stricli/core'
import type { CommandLine } from './context.ts'
import type { DownloadFlags } from './download-project.ts'

const defaultJobs = 64
const maxJobs = 512

export const downloadCommand = buildCommand<DownloadFlags, string[], CommandLine>({
  docs: {
    brief: 'Fill the module cache, many modules at a time, every hash checked',
    customUsage: ['[FLAGS] [MODULE]...'],
    fullDescription: [
      'Does what go mod download does, with as many questions under way as the network takes, and tries again what fails in passing.',
      'Files, locks and hashes in the module cache are those of go, which may run at the same time; what was cut off is gone on with by the',
      'next run. Every module is checked against go.sum, or else the checksum database. No go is needed.',
      '',
      'Without arguments: the modules that building and testing the main module needs. Else: all, a path or a pattern (golang.org/x/...)',
      'of the build, or any module as path@version, path@branch, path@commit, or by a query of go: path@latest, @upgrade, @patch, @v1, @v1.2,',
      "'path@<v1.2.3', '<=', '>', '>='.",
      'Modules for which the settings of go say direct (GOPRIVATE, GOPROXY) come from their repositories, by the git and the logins of',
      'whoever runs this, under GOVCS and GOINSECURE.',
      'Exit code 0 if everything is there, 1 if anything is not.',
      '',
      'Example:',
      '  modgate download',
      '  modgate download --json all',
      '  modgate download rsc.io/quote@latest',
    ].join('\n'),
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON, as go mod download -json' },
      write: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Add to go.sum, or go.work.sum, what is missing there',
      },
      jobs: {
        kind: 'parsed',
        parse: jobsOf,
        optional: true,
        placeholder: 'COUNT',
        brief: `How many modules are asked for at a time [${defaultJobs}]`,
      },
    },
    positional: { kind: 'array', parameter: { brief: 'What to download', parse: String, placeholder: 'MODULE' } },
  },
  async func(flags, ...modules) {
    const { downloadProject } = await import('./download-project.ts')
    await downloadProject(this, modules, { ...flags, jobs: flags.jobs ?? defaultJobs })
  },
})

function jobsOf(text: string): number {
  const jobs = Number(text)
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= maxJobs) return jobs
  throw new Error(`is no number from 1 to ${maxJobs}`)
}
