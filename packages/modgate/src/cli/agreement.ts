/** A question to whoever sits at the terminal. */

import { createInterface } from 'node:readline/promises'
import type { CommandLine } from './context.ts'

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
