/** What an audit found, for a person: one repository on one screen, many as a table with the worst on top. */

import { counted } from '../core/counted.ts'
import type { AuditFinding } from '../inspect/audit/evidence.ts'
import { countFindings } from './findings-format.ts'
import { visible, type Paint } from './findings-paint.ts'
import { countLine, findingText, marks } from './findings-text.ts'

/** One repository, looked at. */
export interface AuditedRepository {
  readonly name: string
  readonly findings: readonly AuditFinding[]
  readonly modulesInUse: number
  readonly settings: number
  readonly files: number
  readonly skipped: readonly string[]
}

export interface AuditTextOptions {
  readonly paint: Paint
  /** Everything of every finding. */
  readonly verbose: boolean
}

const onOneScreen = 5
const rowsOnOneScreen = 40

/** One repository in full, or a table of many. */
export function auditText(repositories: readonly AuditedRepository[], options: AuditTextOptions): string {
  const [only] = repositories
  if (only !== undefined && repositories.length === 1) return repositoryText(only, options)
  const ranked = repositories.toSorted((a, b) => weight(b) - weight(a))
  const table = repositoriesTable(ranked, options)
  const details = options.verbose ? ranked.filter(({ findings }) => findings.length > 0) : []
  return [table, ...details.map((repository) => repositoryText(repository, options))].join('\n\n')
}

function weight({ findings }: AuditedRepository): number {
  const { problems, warnings, notes } = countFindings(findings)
  return problems * 1e6 + warnings * 1e3 + notes
}

function repositoryText(repository: AuditedRepository, { paint, verbose }: AuditTextOptions): string {
  const { name, findings, modulesInUse, settings, files, skipped } = repository
  const looked = `${counted(modulesInUse, 'module')} in use, ${counted(settings, 'setting')} in ${counted(files, 'file')}`
  const head = `${paint('heading', visible(name))}: ${looked}`
  const shown = verbose ? findings : findings.filter(({ severity }) => severity !== 'note').slice(0, onOneScreen)
  const left = findings.length - shown.length
  const unseen = skipped
    .slice(0, verbose ? skipped.length : 2)
    .map((line) => paint('quiet', `not looked at: ${visible(line)}`))
  return [
    head,
    ...shown.map((finding) => withModules(finding, { paint, verbose })),
    ...(unseen.length > 0 ? [unseen.join('\n')] : []),
    findings.length === 0
      ? `${paint('good', marks.good)} nothing found`
      : `${countLine(findings)}${left > 0 ? `; ${left} not shown here: --verbose` : ''}`,
  ].join('\n\n')
}

function withModules(finding: AuditFinding, { paint, verbose }: AuditTextOptions): string {
  const text = findingText(finding, paint, verbose)
  const modules = verbose ? (finding.modules ?? []) : []
  if (modules.length < 3) return text
  return [text, '    modules:', ...modules.map((module) => `      ${visible(module)}`)].join('\n')
}

function repositoriesTable(ranked: readonly AuditedRepository[], { paint, verbose }: AuditTextOptions): string {
  if (ranked.length === 0) return 'no repository here'
  const width = Math.min(48, Math.max(10, ...ranked.map(({ name }) => visible(name).length)))
  const shown = verbose ? ranked : ranked.slice(0, rowsOnOneScreen)
  const rows = shown.map((repository) => {
    const { problems, warnings, notes } = countFindings(repository.findings)
    const [worst] = repository.findings
    const cells = [problems, warnings, notes].map((count) => String(count).padStart(9))
    const tone = problems > 0 ? 'problem' : warnings > 0 ? 'warning' : 'good'
    const title = worst === undefined ? '' : `  ${worst.id} ${visible(worst.title)}`
    return `${paint(tone, visible(repository.name).padEnd(width))}${cells.join('')}${title}`.slice(0, 160)
  })
  const head = `${'repository'.padEnd(width)}${['problems', 'warnings', 'notes'].map((name) => name.padStart(9)).join('')}`
  const left = ranked.length - shown.length
  const clean = ranked.filter(({ findings }) => findings.length === 0).length
  return [
    paint('heading', head),
    ...rows,
    ...(left > 0 ? [`and ${left} more: --verbose`] : []),
    `${counted(ranked.length, 'repository', 'repositories')}, nothing found in ${clean}`,
  ].join('\n')
}
