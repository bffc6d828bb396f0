/** `modgate trace show FILE` */

import { buildCommand } from '@stricli/core'
import { pathsOf } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import { paintFor } from '../report/findings-paint.ts'
import { print, type CommandLine } from './context.ts'
import { openOutputs, outputFlags, type OutputFlags } from './trace-outputs.ts'

export const traceShowCommand = buildCommand<OutputFlags, [string], CommandLine>({
  docs: {
    brief: 'Show a trace that was recorded before',
    customUsage: ['[FLAGS] FILE'],
    fullDescription: [
      'Prints the summary of a trace file, and makes the other forms of it.',
      '',
      'Example:',
      '  modgate trace show trace.json',
      '  modgate trace show --html trace.html trace.json',
    ].join('\n'),
  },
  parameters: {
    flags: outputFlags,
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'FILE', brief: 'What modgate trace --json wrote' }],
    },
  },
  async func(flags, name) {
    const { parseTrace } = await import('../trace/trace-file.ts')
    const { traceText } = await import('../report/trace-text.ts')
    const trace = parseTrace(await textOf(this, name), name)
    const outputs = await openOutputs(this, flags)
    print(this, traceText(trace, paintFor(this.process.stdout)))
    await outputs.write(trace)
  },
})

async function textOf({ machine }: CommandLine, name: string): Promise<string> {
  const refused = (why: string) =>
    new Failure('usage', { asked: name, who: 'modgate', why, next: 'name a file that modgate trace --json FILE wrote' })
  const text = await machine.readFile(pathsOf(machine).resolve(machine.cwd, name)).catch((error: unknown) => {
    throw refused(`cannot be read: ${(error as Error).message}`)
  })
  if (text === undefined) throw refused('is not there')
  return text
}
