/** `modgate audit [DIR…]`: where verification is off or too wide, and for which modules in use */

import { buildCommand } from '@stricli/core'
import { hideSecretsIn, secretsOf } from '../core/secrets.ts'
import { auditRules } from '../inspect/audit/audit.ts'
import { readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import type { Finding } from '../inspect/finding.ts'
import { auditText } from '../report/audit-text.ts'
import { findingsFormats, renderFindings } from '../report/findings-format.ts'
import { paintFor } from '../report/findings-paint.ts'
import type { AuditFlags } from './audit-flags.ts'
import { auditRepositories, type Audited } from './audit-repositories.ts'
import { print, printSafe, type CommandLine } from './context.ts'
import { modgateVersion } from './version-number.ts'

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const auditCommand = buildCommand<AuditFlags, string[], CommandLine>({
  docs: {
    brief: 'Find where verification is off or too wide, and for which modules in use',
    customUsage: ['[FLAGS] [DIR]...', '--machine', '--prove [DIR]'],
    fullDescription: [
      'Reads go.mod, go.sum, vendor, CI files, Dockerfiles, makefiles, scripts and go env files of a repository, or of every one',
      'below a directory, and says where modules are not verified, which names leak, and what does not fit together. Reads only,',
      'asks nobody, and runs nothing of the repository. Exit code 1 if something is wrong; --fail-on says from when.',
      '',
      'Example:',
      '  modgate audit',
      '  modgate audit --recursive ~/src',
      '  modgate audit --format sarif > audit.sarif',
      '  modgate audit --prove',
    ].join('\n'),
  },
  parameters: {
    flags: {
      machine: { ...isSwitch, brief: 'The go settings of this machine as well' },
      recursive: { ...isSwitch, brief: 'Every repository below, each for itself' },
      prove: { ...isSwitch, brief: 'Show with the real go, on loopback, what each setting lets in' },
      verbose: { ...isSwitch, brief: 'All findings, with all that is known of each' },
      json: { ...isSwitch, brief: 'Print JSON, as --format json' },
      format: {
        kind: 'enum',
        values: findingsFormats,
        optional: true,
        brief: 'Form of the report [text]',
      },
      failOn: {
        kind: 'enum',
        values: ['problem', 'warning', 'never'],
        optional: true,
        brief: 'What makes the exit code 1 [problem]',
      },
    },
    positional: {
      kind: 'array',
      parameter: {
        parse: String,
        placeholder: 'DIR',
        brief: 'A repository, or a directory of repositories; default: here',
      },
    },
  },
  async func(flags, ...named) {
    const go = flags.machine ? await readGoEnvironment(this.machine) : undefined
    const directories = named.length > 0 ? named : ['.']
    const audited = await auditRepositories(this, {
      directories,
      recursive: flags.recursive ?? false,
      ...(go && { go }),
    })
    if (flags.prove) return (await import('./audit-prove.ts')).auditProve(this, flags, audited)
    show(this, flags, audited)
    if (
      fails(
        audited.flatMap(({ findings }) => findings),
        flags.failOn,
      )
    )
      this.process.exitCode = 1
  },
})

function show(command: CommandLine, flags: AuditFlags, audited: readonly Audited[]): void {
  const format = flags.format ?? (flags.json ? 'json' : 'text')
  if (format === 'text') {
    print(command, auditText(audited, { paint: paintFor(command.process.stdout), verbose: flags.verbose ?? false }))
    return
  }
  const secrets = command.secrets ?? secretsOf(command.machine.environment)
  const repositories = audited.map(({ name, modulesInUse, settings, files, skipped, findings }) => ({
    ...{ name, modulesInUse, settings, files, skipped },
    findings: findings.length,
  }))
  const findings = audited.flatMap((each) => each.findings)
  const text = renderFindings(findings, format, {
    command: 'modgate audit',
    version: modgateVersion(),
    rules: auditRules,
    root: command.machine.cwd,
    secrets,
    more: hideSecretsIn({ repositories }, secrets),
  })
  printSafe(command, text)
}

function fails(findings: readonly Finding[], failOn: AuditFlags['failOn'] = 'problem'): boolean {
  if (failOn === 'never') return false
  return findings.some(({ severity }) => severity === 'problem' || (failOn === 'warning' && severity === 'warning'))
}
