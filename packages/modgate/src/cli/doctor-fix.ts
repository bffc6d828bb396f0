/** `modgate doctor --fix`: shows what it would change, asks, changes it, and looks again. */

import { systemRunner } from '../core/child-process.ts'
import { counted } from '../core/counted.ts'
import type { Change } from '../inspect/finding.ts'
import { checkUpSummary } from '../report/findings-check-up.ts'
import { visible } from '../report/findings-paint.ts'
import { findingText } from '../report/findings-text.ts'
import { isAgreed } from './agreement.ts'
import { remark, type CommandLine } from './context.ts'
import { applyChange } from './doctor-change.ts'
import { examine, type Examination } from './doctor-examination.ts'
import type { DoctorFlags } from './doctor-flags.ts'

/** The examination after the changes; the same one where nothing was changed. */
export async function fixFindings(
  command: CommandLine,
  flags: DoctorFlags,
  examination: Examination,
): Promise<Examination> {
  const changes = changesOf(examination)
  if (changes.length === 0) {
    remark(command, 'nothing here that modgate may change by itself')
    return examination
  }
  remark(command, ['', ...changes.flatMap((change) => changeLines(change, examination))].join('\n'))
  const question = { words: `make ${counted(changes.length, 'change')}?`, unasked: 'modgate doctor --fix --yes' }
  if (!flags.yes && !(await isAgreed(command, question))) return examination
  for (const change of changes) await applyChange(change, { machine: command.machine, go: examination.evidence.go })
  const after = await examine(command, flags, systemRunner)
  if (after === undefined) return examination
  showRest(command, changes.length, after)
  return after
}

/** Each once; of two that set one variable the first, which the graver finding asks for: the next run sees what is left. */
function changesOf({ results }: Examination): readonly Change[] {
  const findings = results.flatMap((result) => result.findings ?? [])
  const graveFirst = (['problem', 'warning', 'note'] as const).flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  )
  const byKey = new Map<string, Change>()
  for (const { fix } of graveFirst) {
    if (fix?.change === undefined) continue
    const key = fix.change.kind === 'go-env' ? fix.change.variable : fix.change.paths.join('\0')
    if (!byKey.has(key)) byKey.set(key, fix.change)
  }
  return [...byKey.values()]
}

function changeLines(change: Change, { evidence: { go } }: Examination): readonly string[] {
  if (change.kind === 'remove-cached')
    return ['remove from the module cache:', ...change.paths.map((path) => `  - ${visible(path)}`)]
  const { variable, value } = change
  const now = go.variables.get(variable)
  const file = [now?.origin === 'go-env-file' ? now : undefined, ...(now?.overridden ?? [])].find(
    (candidate) => candidate !== undefined && candidate.place.includes(go.goenvFile?.path ?? '\0'),
  )
  return [
    `${go.goenvFile?.path ?? 'the file of go env -w'}:`,
    `  - ${file === undefined ? `(no ${variable})` : `${variable}=${visible(file.value)}`}`,
    `  + ${value === undefined ? `(no ${variable})` : `${variable}=${visible(value)}`}`,
    ...(now?.origin === 'environment'
      ? [`  it will not count before the shell forgets its own: unset ${variable}`]
      : []),
  ]
}

function showRest(command: CommandLine, count: number, after: Examination): void {
  const left = after.results.flatMap(({ findings }) => findings ?? []).filter(({ severity }) => severity !== 'note')
  const head = `made ${counted(count, 'change')}; left: ${checkUpSummary(after.results, { deep: after.deep })}`
  remark(command, [head, ...left.map((finding) => findingText(finding))].join('\n'))
}
