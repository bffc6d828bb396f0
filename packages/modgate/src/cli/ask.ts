/** Asks the person at the terminal whether a change is to be made. */

import { createInterface } from 'node:readline/promises'
import { remark, type CommandLine } from './context.ts'

export interface Question {
  /** Without the choices behind it: `make 2 changes?` */
  readonly words: string
  /** The command that does it without asking, for where there is nobody to ask. */
  readonly unasked: string
}

/** True for a yes. Anything else, an end of the input and Ctrl-C too, changes nothing, which is said. */
export async function isAgreed(command: CommandLine, { words, unasked }: Question): Promise<boolean> {
  if (!process.stdin.isTTY || (command.process.stderr as { isTTY?: boolean }).isTTY !== true) {
    remark(command, `changed nothing: there is no terminal to ask at\nnext: ${unasked}`)
    return false
  }
  const asking = createInterface({ input: process.stdin, output: command.process.stderr })
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([asking.question(`${words} [y/N] `).catch(() => ''), closed])
    if (/^y(es)?$/i.test(answer.trim())) return true
  } finally {
    asking.close()
  }
  remark(command, 'changed nothing')
  return false
}
