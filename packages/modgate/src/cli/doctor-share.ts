/** `modgate doctor --share`: a report to give away. */

import { writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { pathsOf } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { hideSecrets } from '../core/secrets.ts'
import type { Diagnosis } from '../report/diagnosis-block.ts'
import { probeTable } from '../report/probe-table.ts'
import { shareBundle } from '../report/share-bundle.ts'
import { masking } from '../report/share-mask.ts'
import { print, type CommandLine } from './context.ts'
import type { Examination } from './doctor-examination.ts'
import { modgateVersion } from './version-number.ts'

/** Writes it into the working directory, under a name that is free, and says where it is. */
export async function shareExamination(command: CommandLine, examination: Examination): Promise<void> {
  const { machine, secrets = [] } = command
  const { go, network } = examination.evidence
  const text = shareBundle({
    ...diagnosisOf(examination),
    ...(network && { network: probeTable(network) }),
    at: new Date().toISOString(),
  })
  // Secrets first: a masked host could tear one apart.
  const shown = masking({ go, home: machine.home })(hideSecrets(text, secrets))
  const path = await writeNew(pathsOf(machine).join(machine.cwd, 'modgate-doctor'), `${shown}\n`)
  print(command, `wrote ${path}\nnext: read it before you send it; names that no setting calls private are still in it`)
}

/** What a ticket has to know of an examination. */
export function diagnosisOf({ evidence, results }: Examination): Diagnosis {
  const { go, project } = evidence
  return {
    go,
    ...(project && { project }),
    findings: results.flatMap(({ findings }) => findings ?? []),
    notChecked: results.filter(({ findings }) => findings === undefined).length,
    versions: {
      modgate: modgateVersion(),
      node: process.versions.node,
      system: `${process.platform} ${process.arch} ${release()}`,
    },
  }
}

/** Only the user may read it, and nothing is written over. */
async function writeNew(stem: string, text: string): Promise<string> {
  for (let number = 1; number < 1000; number++) {
    const path = `${stem}${number === 1 ? '' : `-${number}`}.md`
    try {
      await writeFile(path, text, { flag: 'wx', mode: 0o600 })
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(path, error)
    }
  }
  throw cannotWrite(stem, new Error('there are a thousand of them'))
}

function cannotWrite(path: string, cause: unknown): Failure {
  const why = `the report cannot be written: ${(cause as Error).message}`
  return new Failure('configuration', {
    asked: path,
    who: 'modgate',
    why,
    next: 'run it in a directory of yours',
    cause,
  })
}
