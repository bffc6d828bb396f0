/** `modgate trace …` */

import { buildRouteMap } from '@stricli/core'
import type { CommandLine } from './context.ts'
import { traceRunCommand } from './trace-run.ts'
import { traceShowCommand } from './trace-show.ts'

export const traceCommands = buildRouteMap<'run' | 'show', CommandLine>({
  routes: { run: traceRunCommand, show: traceShowCommand },
  defaultCommand: 'run',
  docs: {
    brief: 'See where the time of a command goes that fetches Go modules',
    fullDescription: [
      'Runs a command with a recorder as its GOPROXY, which passes every request on to the proxies that are set, and says where the time',
      'went.',
      '',
      'Example:',
      '  modgate trace -- go build ./...',
      '  modgate trace --html trace.html -- make test',
      '  modgate trace show trace.json',
    ].join('\n'),
  },
})
