/** Where a trace is written to. */

import type { FlagParametersForType } from '@stricli/core'
import { open } from 'node:fs/promises'
import { pathsOf } from '../config/machine.ts'
import { Failure } from '../core/failure.ts'
import type { Trace } from '../trace/trace.ts'
import type { CommandLine } from './context.ts'

export interface OutputFlags {
  readonly html?: string
  readonly svg?: string
  readonly har?: string
  readonly json?: string
}

/** Those of a command that is run: what else of it is recorded. */
export interface RunFlags extends OutputFlags {
  readonly https?: boolean
}

const file = (brief: string) => ({ kind: 'parsed', parse: String, optional: true, placeholder: 'FILE', brief }) as const

export const outputFlags: FlagParametersForType<OutputFlags, CommandLine> = {
  html: file('Write a page with a waterfall, which needs nothing else'),
  svg: file('Write the waterfall as a picture'),
  har: file('Write an HTTP Archive (HAR 1.2), for other tools'),
  json: file('Write the trace itself, which modgate trace show reads'),
}

export interface Outputs {
  /** Writes every file. Throws a Failure where one cannot be written. */
  write(trace: Trace): Promise<void>
}

type Render = (trace: Trace) => Promise<string>

/**
 * Makes the files, empty: one that cannot be written is better known before a long command than after it. Throws a Failure
 * `configuration`.
 */
export async function openOutputs({ machine }: CommandLine, flags: OutputFlags): Promise<Outputs> {
  const wanted = Object.entries(renderers).flatMap(([flag, render]) => {
    const name = flags[flag as keyof OutputFlags]
    return name === undefined ? [] : [{ flag, name, render, path: pathsOf(machine).resolve(machine.cwd, name) }]
  })
  for (const { flag, name, path } of wanted) {
    await written(`--${flag} ${name}`, async () => (await open(path, 'w')).close())
  }
  return {
    async write(trace) {
      for (const { flag, name, path, render } of wanted) {
        const text = await render(trace)
        await written(`--${flag} ${name}`, async () => {
          await using handle = await open(path, 'w')
          await handle.writeFile(text)
        })
      }
    },
  }
}

const renderers: Readonly<Record<keyof OutputFlags, Render>> = {
  html: async (trace) => (await import('../report/trace-html.ts')).traceHtml(trace),
  svg: async (trace) => (await import('../report/trace-svg.ts')).traceSvg(trace),
  har: async (trace) => `${JSON.stringify((await import('../report/trace-har.ts')).traceHar(trace), undefined, 1)}\n`,
  json: async (trace) => `${JSON.stringify(trace)}\n`,
}

async function written(asked: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => {
    throw new Failure('configuration', {
      asked,
      who: 'modgate',
      why: `cannot be written: ${(error as Error).message}`,
      next: 'name a file in a directory that is there, on a disk with room',
      cause: error,
    })
  })
}
