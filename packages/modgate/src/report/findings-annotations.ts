/**
 * Findings as CI systems show them beside the code: workflow commands of GitHub ("Workflow commands"), the code quality report of
 * GitLab ("Code Quality report format"), logging commands of Azure Pipelines ("Logging commands"). Texts are escaped as each has it,
 * for what stands in them is not ours: a line of its own would be a command of its own.
 */

import type { Finding, Severity } from '../inspect/finding.ts'
import { findingParagraphs, filePlace } from './findings-place.ts'
import { fingerprints } from './findings-sarif.ts'

const githubCommands = { problem: 'error', warning: 'warning', note: 'notice' } as const

/** A line `::error file=…,line=…,title=…::…` for each finding. */
export function githubAnnotations(findings: readonly Finding[], root?: string): readonly string[] {
  return findings.map((finding) => {
    const place = filePlace(finding, root)
    const properties = {
      ...(place && { file: place.path }),
      ...(place?.line !== undefined && { line: String(place.line) }),
      title: `${finding.id} ${finding.title}`,
    }
    const list = Object.entries(properties).map(([name, value]) => `${name}=${githubProperty(value)}`)
    const message = [finding.title, ...findingParagraphs(finding)].join('\n\n')
    return `::${githubCommands[finding.severity]} ${list.join(',')}::${githubData(message)}`
  })
}

/** The message of a workflow command. */
export function githubData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** A property of a workflow command. */
export function githubProperty(text: string): string {
  return githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

const gitlabSeverities = { problem: 'major', warning: 'minor', note: 'info' } as const satisfies Record<
  Severity,
  string
>

/**
 * The issues of a code quality report. GitLab takes none without a file: what stands in no file of the repository is shown at the
 * first line of go.mod.
 */
export function gitlabReport(findings: readonly Finding[], root?: string): readonly Record<string, unknown>[] {
  const prints = fingerprints(findings)
  return findings.map((finding, i) => {
    const place = filePlace(finding, root)
    const inside = place?.relative === true ? place : { path: 'go.mod', line: 1 }
    return {
      description: finding.title,
      check_name: finding.id,
      fingerprint: prints[i],
      severity: gitlabSeverities[finding.severity],
      content: { body: findingParagraphs(finding).join('\n\n') },
      location: { path: inside.path, lines: { begin: inside.line ?? 1 } },
    }
  })
}

const azureTypes = { problem: 'error', warning: 'warning', note: undefined } as const

/** A line `##vso[task.logissue …]…` for each problem and warning; notes, for which Azure has no type, are plain lines. */
export function azureAnnotations(findings: readonly Finding[], root?: string): readonly string[] {
  return findings.map((finding) => {
    const type = azureTypes[finding.severity]
    const { id, title, fix } = finding
    const message = [title, ...(fix === undefined ? [] : [`Fix: ${fix.words}`, ...(fix.commands ?? [])])].join('\n')
    // The agent looks for commands anywhere in a line.
    if (type === undefined) return `${id} ${azureData(title).replaceAll('##', '# #')}`
    const place = filePlace(finding, root)
    const properties = {
      type,
      ...(place && { sourcepath: place.path }),
      ...(place?.line !== undefined && { linenumber: String(place.line) }),
      code: id,
    }
    const list = Object.entries(properties).map(([name, value]) => `${name}=${azureProperty(value)};`)
    return `##vso[task.logissue ${list.join('')}]${azureData(message)}`
  })
}

/** The message of a logging command. */
export function azureData(text: string): string {
  return text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

/** A property of a logging command. */
export function azureProperty(text: string): string {
  return azureData(text).replaceAll(';', '%3B').replaceAll(']', '%5D')
}
