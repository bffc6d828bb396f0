/** The report of `modgate doctor --share`: everything that a helper asks for, in one file that can be read before it is sent. */

import { diagnosisBlock, type Diagnosis } from './diagnosis-block.ts'
import { codeBlock, markdownText } from './findings-markdown.ts'
import { findingsMarkdown } from './findings-markdown.ts'
import { settingsMarkdown } from './settings-table.ts'

export interface ShareBundle extends Diagnosis {
  /** The probe table, where the network was asked. */
  readonly network?: string
  /** ISO 8601. */
  readonly at: string
}

/** The whole report. Secrets are taken out and names are masked by the caller, over the finished text. */
export function shareBundle(bundle: ShareBundle): string {
  const { go, findings, network, versions, at } = bundle
  const files = [go.goenvFile, go.gorootFile].filter((file) => file?.text !== undefined)
  return [
    '# Report of modgate doctor',
    `Made ${at}. Secrets, the home directory, the user's name and private hosts were replaced; read it before you send it.`,
    diagnosisBlock(bundle),
    findingsMarkdown(findings, { command: 'Findings', version: versions.modgate }),
    ...(network === undefined ? [] : ['## Network', codeBlock(network)]),
    '## All settings',
    settingsMarkdown([...go.variables.values()]),
    ...files.flatMap((file) => [`## ${markdownText(file!.path)}`, codeBlock(file!.text!.trimEnd())]),
  ].join('\n\n')
}
