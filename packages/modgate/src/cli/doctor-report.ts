/** Shows an examination, in the form that was asked for. */

import { hideSecretsIn } from '../core/secrets.ts'
import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { paintFor } from '../report/findings-paint.ts'
import { checkUpSummary, checkUpText, summarize } from '../report/findings-check-up.ts'
import { countFindings, renderFindings } from '../report/findings-format.ts'
import { probeTable } from '../report/probe-table.ts'
import { changedSettings, settingsJSON, settingsTable } from '../report/settings-table.ts'
import { print, printSafe, type CommandLine } from './context.ts'
import type { Examination } from './doctor-examination.ts'
import type { DoctorFlags } from './doctor-flags.ts'
import { modgateVersion } from './version-number.ts'

/** Prints it. Programs get the same keys whether something was found or not. */
export function showExamination(command: CommandLine, flags: DoctorFlags, examination: Examination): void {
  const format = flags.format ?? (flags.json ? 'json' : 'text')
  if (format === 'text') {
    print(command, screen(command, flags, examination))
    return
  }
  const { results } = examination
  const text = renderFindings(
    results.flatMap(({ findings }) => findings ?? []),
    format,
    {
      command: 'modgate doctor',
      version: modgateVersion(),
      rules: results.map(({ check }) => check),
      root: command.machine.cwd,
      secrets: command.secrets ?? [],
      more: hideSecretsIn(moreFacts(examination, flags), command.secrets ?? []),
    },
  )
  if (text !== '') printSafe(command, text)
}

function moreFacts({ evidence, results }: Examination, { all = false }: DoctorFlags): Record<string, unknown> {
  const { go, project, network } = evidence
  const variables = all ? [...go.variables.values()] : changedSettings(go)
  return {
    modgate: modgateVersion(),
    ...(go.goVersion !== undefined && { go: go.goVersion }),
    ...(project?.mod?.module && { module: project.mod.module.path }),
    settings: settingsJSON(variables),
    groups: summarize(results).map(({ group, findings, passed, notChecked }) => ({
      group,
      ...countFindings(findings),
      passed,
      notChecked,
    })),
    notChecked: results.filter(({ findings }) => findings === undefined).map(({ check }) => check.id),
    ...(network && { network }),
  }
}

function screen(command: CommandLine, flags: DoctorFlags, { evidence, results, deep }: Examination): string {
  const { go, project, network } = evidence
  const paint = paintFor(command.process.stdout)
  const options = { paint, verbose: flags.verbose ?? false, deep }
  const all = flags.all === true || flags.verbose === true
  const where = project === undefined ? 'not in a module' : (project.mod?.module?.path ?? project.directory)
  return [
    paint('quiet', `${go.goVersion ?? noGo(go)}, ${where}`),
    checkUpText(results, options),
    ...(network === undefined ? [] : ['', probeTable(network)]),
    '',
    settingsTable(go, { paint, all }),
    '',
    paint('heading', checkUpSummary(results, options)),
    ...nextStep(results, flags),
  ].join('\n')
}

function nextStep(results: Examination['results'], { fix, deep }: DoctorFlags): readonly string[] {
  const findings = results.flatMap(({ findings }) => findings ?? [])
  if (fix) return []
  const isFixable = findings.some(({ fix: proposed }) => proposed?.change !== undefined)
  if (isFixable) return ['next: modgate doctor --fix']
  const [worst] = findings.filter(({ severity }) => severity !== 'note')
  if (worst !== undefined) return [`next: modgate doctor --explain ${worst.id}`]
  return deep ? [] : ['next: modgate doctor --deep, if a build fails all the same']
}

function noGo({ environment }: GoEnvironment): string {
  const root = environment['GOROOT'] ?? ''
  return root === '' ? 'no go found in PATH' : `no go in GOROOT=${root}`
}
