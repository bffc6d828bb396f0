/** Asks whoever sits at the terminal whether a change is to be made. */

import { createInterface } from 'node:readline/promises'
import { remark, type CommandLine } from './context.ts'

/** Whether the answer is yes; undefined where there is no terminal to ask at. */
export async function agreement(command: CommandLine, question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || (command.process.stderr as { isTTY?: boolean }).isTTY !== true) return undefined
  const asking = createInterface({ input: process.stdin, output: command.process.stderr })
  // Ctrl-C, and the end of the input, are a no.
  const ended = new Promise<string>((resolve) => asking.once('close', () => resolve('')))
  try {
    const answer = await Promise.race([asking.question(`${question} [y/N] `), ended])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    asking.close()
  }
}

export interface Question {
  /** Without the choices behind it: `make 2 changes?` */
  readonly words: string
  /** The command that does it without asking, for where there is nobody to ask. */
  readonly unasked: string
}

/** True for a yes. Anything else changes nothing, which is said. */
export async function isAgreed(command: CommandLine, { words, unasked }: Question): Promise<boolean> {
  const agreed = await agreement(command, words)
  if (agreed) return true
  const why = agreed === undefined ? `: there is no terminal to ask at\nnext: ${unasked}` : ''
  remark(command, `changed nothing${why}`)
  return false
}
