/** What a command has at hand. */

import type { CommandContext } from '@stricli/core'
import type { Writable } from 'node:stream'
import type { Machine } from '../config/machine.ts'
import { hideSecrets, hideSecretsIn, secretsOf } from '../core/secrets.ts'

/** The streams of a process: standard output is for results, standard error for everything else. */
export interface Streams {
  readonly stdout: Writable
  readonly stderr: Writable
}

export interface CommandLine extends CommandContext {
  readonly process: Streams & {
    readonly env: Machine['environment']
    /** Set by a command that has said itself what is wrong. */
    exitCode?: number
  }
  readonly machine: Machine
  /** Values that no output may have; those of the environment unless given. */
  readonly secrets?: readonly string[]
}

/** Writes a result, as text for people or as JSON for programs. Secrets are taken out. */
export function print(command: CommandLine, result: string | object): void {
  const known = command.secrets ?? secretsOf(command.machine.environment)
  // In the values, before they are JSON: whatever is taken out, it stays JSON.
  const text =
    typeof result === 'string' ? hideSecrets(result, known) : JSON.stringify(hideSecretsIn(result, known), undefined, 2)
  command.process.stdout.write(`${text}\n`)
}

/** Writes a text that secrets have been taken out of already, before it was made into what it is (SARIF, annotations). */
export function printSafe(command: CommandLine, text: string): void {
  command.process.stdout.write(`${text}\n`)
}

/** Writes a remark to standard error. Secrets are taken out. */
export function remark(command: CommandLine, text: string): void {
  const known = command.secrets ?? secretsOf(command.machine.environment)
  command.process.stderr.write(`${hideSecrets(text, known)}\n`)
}
