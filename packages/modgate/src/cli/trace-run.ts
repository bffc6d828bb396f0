/** `modgate trace [run] -- COMMAND…` */

import { buildCommand } from '@stricli/core'
import { Failure } from '../core/failure.ts'
import { outputFlags, type RunFlags } from './trace-outputs.ts'
import type { CommandLine } from './context.ts'

export const traceRunCommand = buildCommand<RunFlags, string[], CommandLine>({
  docs: {
    brief: 'Run a command and record what it asks of module proxies',
    customUsage: ['[FLAGS] -- COMMAND [ARGUMENT]...'],
    fullDescription: [
      'Runs any command with a recorder on the loopback as its GOPROXY, which passes each request on to the proxies that are set. Nothing',
      'else of its environment changes (but for --https); it has the terminal, and its exit code is that of modgate. The summary goes to standard error.',
      'Ctrl-C says what the command waits for at that moment, and a second one ends everything; kill -QUIT says it and goes on.',
      '',
      'Example:',
      '  modgate trace -- go build ./...',
      '  modgate trace --html trace.html --json trace.json -- make test',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...outputFlags,
      https: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Also record connections by https past the proxies, as their HTTPS_PROXY: to whom, when, how many bytes',
      },
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'COMMAND', brief: 'The command and its arguments, behind --' },
    },
  },
  async func(flags, ...command) {
    if (command.length === 0) {
      throw new Failure('usage', {
        asked: 'modgate trace',
        who: 'modgate',
        why: 'there is no command to run',
        next: 'give it behind --, as in: modgate trace -- go build ./...',
      })
    }
    const { traceCommand } = await import('./trace-command.ts')
    await traceCommand(this, command, flags)
  },
})
