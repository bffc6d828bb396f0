/** `modgate env`: the settings of go with their origins, and the block that belongs into a ticket. */

import { buildCommand } from '@stricli/core'
import { systemRunner } from '../core/child-process.ts'
import { hideSecrets } from '../core/secrets.ts'
import { readGoEnvironment } from '../inspect/evidence/go-environment.ts'
import { diagnosisBlock } from '../report/diagnosis-block.ts'
import { paintFor } from '../report/findings-paint.ts'
import { replaced } from '../report/findings-format.ts'
import { changedSettings, settingsJSON, settingsTable } from '../report/settings-table.ts'
import { masking, type Mask } from '../report/share-mask.ts'
import { print, type CommandLine } from './context.ts'
import { examine } from './doctor-examination.ts'
import { diagnosisOf } from './doctor-share.ts'

interface EnvFlags {
  readonly all?: boolean
  readonly diagnose?: boolean
  readonly mask?: boolean
  readonly json?: boolean
}

const isSwitch = { kind: 'boolean', optional: true, withNegated: false } as const

export const envCommand = buildCommand<EnvFlags, [], CommandLine>({
  docs: {
    brief: 'Print the settings of go, and where each comes from',
    customUsage: ['[FLAGS]', '--diagnose [--mask]'],
    fullDescription: [
      'Prints the settings of go that somebody set: the value that counts, where it stands, and what else is set and does not',
      'count. --diagnose prints the block of Markdown that helps others to help: versions, settings, proxies, findings. Secrets are',
      'taken out; --mask replaces private names, too.',
      '',
      'Example:',
      '  modgate env',
      '  modgate env --diagnose --mask',
    ].join('\n'),
  },
  parameters: {
    flags: {
      all: { ...isSwitch, brief: 'Every setting, not only those that somebody set' },
      diagnose: { ...isSwitch, brief: 'Print the block for a ticket' },
      mask: { ...isSwitch, brief: 'Replace the home directory, the user and private hosts' },
      json: { ...isSwitch, brief: 'Print JSON' },
    },
  },
  async func(flags) {
    if (flags.diagnose) return diagnose(this, flags)
    const go = await readGoEnvironment(this.machine)
    const { all = false } = flags
    const mask = maskOf(this, flags, go)
    const settings = settingsJSON(all ? [...go.variables.values()] : changedSettings(go))
    if (flags.json) print(this, replaced({ settings }, mask) as object)
    else print(this, mask(settingsTable(go, { paint: paintFor(this.process.stdout), all })))
  },
})

async function diagnose(command: CommandLine, flags: EnvFlags): Promise<void> {
  const examination = await examine(command, {}, systemRunner)
  if (examination === undefined) return
  const diagnosis = diagnosisOf(examination)
  const { go, findings, notChecked, versions } = diagnosis
  const mask = maskOf(command, flags, go)
  if (!flags.json) {
    print(command, mask(diagnosisBlock(diagnosis)))
    return
  }
  const settings = settingsJSON(changedSettings(go))
  const facts = { versions: { ...versions, go: go.goVersion }, settings, findings, notChecked }
  print(command, replaced(facts, mask) as object)
}

/** Takes secrets out first: a masked host could tear one apart. */
function maskOf(
  { machine, secrets = [] }: CommandLine,
  { mask }: EnvFlags,
  go: Parameters<typeof masking>[0]['go'],
): Mask {
  const names = mask ? masking({ go, home: machine.home }) : (text: string) => text
  return (text) => names(hideSecrets(text, secrets))
}
