/** What a command has at hand. */

import type { CommandContext } from '@stricli/core'
import type { Writable } from 'node:stream'
import type { Machine } from '../config/machine.ts'
import { hideSecrets, secretsOf } from '../core/secrets.ts'

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
  const text = typeof result === 'string' ? result : JSON.stringify(result, undefined, 2)
  command.process.stdout.write(`${withoutSecrets(command, text)}\n`)
}

/** Writes a remark to standard error. Secrets are taken out. */
export function remark(command: CommandLine, text: string): void {
  command.process.stderr.write(`${withoutSecrets(command, text)}\n`)
}

function withoutSecrets({ machine, secrets }: CommandLine, text: string): string {
  return hideSecrets(text, secrets ?? secretsOf(machine.environment))
}
