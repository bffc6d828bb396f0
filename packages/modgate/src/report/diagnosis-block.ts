/** What somebody needs to help from afar: one block of Markdown to paste into a ticket, and the longer report to send. */

import { counted } from '../core/counted.ts'
import type { GoEnvironment, GoVariable } from '../inspect/evidence/go-environment.ts'
import type { Project } from '../inspect/evidence/project.ts'
import type { Finding } from '../inspect/finding.ts'
import { codeSpan, markdownText } from './findings-markdown.ts'
import { countLine } from './findings-text.ts'
import { changedSettings, settingsMarkdown } from './settings-table.ts'

export interface Diagnosis {
  readonly go: GoEnvironment
  readonly project?: Project
  readonly findings: readonly Finding[]
  readonly notChecked: number
  /** Of modgate, and of what runs it: `26.1.0`. */
  readonly versions: { readonly modgate: string; readonly node: string; readonly system: string }
}

/** The block: versions, places, changed settings, the module's facts, findings in one line each. Secrets are the caller's to take out. */
export function diagnosisBlock(diagnosis: Diagnosis): string {
  const { go, findings, notChecked } = diagnosis
  return [
    '### Go module diagnosis',
    factsOf(diagnosis).join('\n'),
    settingsMarkdown(changedSettings(go)),
    ...(findings.length === 0 ? [] : [findings.map(findingLine).join('\n')]),
    `${countLine(findings)}${notChecked === 0 ? '' : `; not checked: ${notChecked}`}`,
  ].join('\n\n')
}

function findingLine({ id, severity, title }: Finding): string {
  return `- ${id} ${severity}: ${markdownText(title)}`
}

function factsOf({ go, project, versions }: Diagnosis): readonly string[] {
  const { modgate, node, system } = versions
  return [
    `- modgate ${modgate} (node ${node}), ${go.goVersion ?? 'no go found'}, ${system}`,
    `- proxies: ${places(go.variables.get('GOPROXY'))}`,
    `- checksum database: ${places(go.variables.get('GOSUMDB'))}`,
    `- ${project === undefined ? 'not in a module' : projectFacts(project)}`,
  ]
}

function places(variable: GoVariable | undefined): string {
  if (variable === undefined || variable.value === '') return 'not set'
  return `${codeSpan(variable.value)}, ${markdownText(variable.place)}`
}

function projectFacts({ mod, sum, problems }: Project): string {
  if (mod === undefined) return `go.mod cannot be read: ${markdownText(problems.join('; '))}`
  const { go, toolchain, require, replace } = mod
  return [
    `module ${codeSpan(mod.module?.path ?? '(no name)')}`,
    go === undefined ? 'no go line' : `go ${go.version}`,
    ...(toolchain === undefined ? [] : [`toolchain ${toolchain.name}`]),
    counted(require.length, 'requirement'),
    `${replace.length} replaced`,
    `${counted(sum.length, 'line')} of go.sum`,
    ...problems.map(markdownText),
  ].join(', ')
}
