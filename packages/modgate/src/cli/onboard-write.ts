/** `modgate onboard --write`: the lines in the file of `go env -w`, after they were shown and somebody agreed. */

import { writeFile } from 'node:fs/promises'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import { hideSecrets } from '../core/secrets.ts'
import { shellWord } from '../core/shell-word.ts'
import type { GoEnvironment } from '../inspect/evidence/go-environment.ts'
import { clearing, said } from '../inspect/onboard/exemptions.ts'
import { visible } from '../report/findings-paint.ts'
import type { Variables } from '../report/variable-lines.ts'
import { isAgreed } from './agreement.ts'
import { remark, type CommandLine } from './context.ts'
import { editedGoEnv, replaceFile } from './go-env-edit.ts'
import type { OnboardFlags } from './onboard-flags.ts'

export interface Wanted {
  readonly go: GoEnvironment
  readonly variables: Variables
  /** Only behind a log of the gate's own no module needs to be exempt. */
  readonly hasLog: boolean
}

interface Change {
  readonly name: string
  /** Undefined where there is no line, or is to be none. */
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * The path of the file where it was changed. All changes are made at once or not at all, and the way back is said. Throws a Failure
 * `configuration` where go reads no such file, or it cannot be written.
 */
export async function writeSettings(
  command: CommandLine,
  flags: OnboardFlags,
  wanted: Wanted,
): Promise<string | undefined> {
  const path = wanted.go.goenvFile?.path
  if (path === undefined) throw unwritten('GOENV=off', 'go reads no file of settings', 'take GOENV away: unset GOENV')
  const changes = changesOf(wanted)
  if (changes.length === 0) {
    remark(command, `${path} says all of it already`)
    return undefined
  }
  remark(command, [`${path}:`, ...changes.flatMap(changeLines)].join('\n'))
  const question = { words: `make ${counted(changes.length, 'change')}?`, unasked: 'the same command with --yes' }
  if (!flags.yes && !(await isAgreed(command, question))) {
    command.process.exitCode = 1
    return undefined
  }
  const kept = await write(command, path, changes)
  remark(command, [`wrote ${path}`, 'to go back:', ...changes.map((change) => `  ${wayBack(change)}`)].join('\n'))
  if (kept !== undefined) remark(command, `with the credentials that are not shown here: ${kept}`)
  return path
}

function changesOf({ go, variables, hasLog }: Wanted): readonly Change[] {
  const { remove, none } = hasLog ? clearing(go, 'go-env-file') : { remove: [], none: [] }
  const wanted = new Map<string, string | undefined>([
    ...remove.map((name) => [name, undefined] as const),
    ...none.map((name) => [name, 'none'] as const),
    ...Object.entries(variables),
  ])
  return [...wanted]
    .map(([name, after]) => ({ name, before: said(go, 'go-env-file', name), after }))
    .filter(({ before, after }) => before !== after)
}

function changeLines({ name, before, after }: Change): readonly string[] {
  return [
    ...(before === undefined ? [] : [`  - ${name}=${visible(before)}`]),
    ...(after === undefined ? [] : [`  + ${name}=${visible(after)}`]),
  ]
}

function wayBack({ name, before }: Change): string {
  return before === undefined ? `go env -u ${name}` : `go env -w ${name}=${shellWord(before)}`
}

/** Where the way back cannot be shown whole, since a secret is in it, the file as it was is kept beside; answers its path then. */
async function write(command: CommandLine, path: string, changes: readonly Change[]): Promise<string | undefined> {
  const { machine, secrets = [] } = command
  const isSecret = ({ before = '' }: Change) => hideSecrets(before, secrets) !== before
  const kept = changes.some(isSecret) ? `${path}.before-modgate` : undefined
  try {
    const text = (await machine.readFile(path)) ?? ''
    if (kept !== undefined) await writeFile(kept, text, { mode: 0o600 })
    const edited = changes.reduce((so, { name, after }) => editedGoEnv(so, name, after), text)
    await replaceFile(path, edited)
    return kept
  } catch (error) {
    throw unwritten(
      path,
      (error as Error).message,
      'set them in the shell instead: the same command without --write',
      error,
    )
  }
}

function unwritten(asked: string, why: string, next: string, cause?: unknown): Failure {
  return new Failure('configuration', { asked, who: 'modgate onboard --write', why, next, cause })
}
