/** `modgate warm [MODULE@VERSION…]`: a gate, or a store without one, filled before somebody builds */

import { buildCommand } from '@stricli/core'
import { redact } from '../config/index.ts'
import type { Context } from '../core/context.ts'
import { counted } from '../core/counted.ts'
import { Failure } from '../core/failure.ts'
import type { Source } from '../core/ports.ts'
import { systemClock } from '../core/system.ts'
import { fillModules, gateFiller, sourceFiller, type Filler, type Filling } from '../bundle/fill.ts'
import { warmJSON, warmText } from '../report/warm-text.ts'
import { peer } from '../source/peer.ts'
import { upstream } from '../source/upstream.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { cacheConfig, cacheFlags, commandContext, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import type { IndexBounds } from './module-index.ts'
import { indexFlags, originSettings, sourceFlags, wantedBySources, type SourceFlags } from './module-sources.ts'
import { transferProgress } from './progress.ts'
import { resumable } from './resumable.ts'

type Flags = CacheFlags & SourceFlags & IndexBounds & { readonly gate?: string; readonly jobs?: number }

/** Module versions at once: far from an upstream, most of the time is waiting. */
const jobsByDefault = 64
const maxJobs = 512
const limits = { connectMs: 10_000, firstByteMs: 15 * 60_000, stallMs: 60_000 }

export const warmCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'Fill a gate, or its store, with what builds will ask for',
    customUsage: ['[FLAGS] [MODULE@VERSION]...'],
    fullDescription: [
      'Asks for everything of the module versions that are named: info, mod, zip and record. Without a flag that names some: the build',
      'list and the go.sum of the module here. With --gate a running gate is asked, which fetches, verifies and keeps; without it the',
      'store in --data is filled as a gate with the same settings would fill it. What is kept is not fetched again, so that a run that',
      'was ended goes on where it was. Exit code 1 if anything failed.',
      '',
      'Example:',
      '  modgate warm --gate https://modgate.corp.example',
      '  modgate warm --repositories ~/src --data /var/lib/modgate',
      '  modgate warm --index https://old-gate.corp.example/index --since 2026-11-01T00:00:00Z',
      '  modgate warm --toolchain go1.26.8 --platform linux/amd64 --platform darwin/arm64',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags(...originSettings),
      ...sourceFlags,
      ...indexFlags,
      gate: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'URL',
        brief: 'Ask this gate [fill the store in --data]',
      },
      jobs: {
        kind: 'parsed',
        parse: jobsOf,
        optional: true,
        placeholder: 'N',
        brief: `Module versions at once [${jobsByDefault}]`,
      },
    },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'MODULE@VERSION', brief: 'Module versions to ask for' },
    },
  },
  async func({ gate, jobs = jobsByDefault, ...flags }, ...named) {
    const far = { done: 0, of: 0 }
    const run = async (signal: AbortSignal) => {
      const fillFrom = fillWith({ command: this, flags, named, jobs, far }, signal)
      const asking = { context: commandContext(signal), fillFrom }
      return gate === undefined ? inStore(this, flags, asking) : atGate(gate, asking)
    }
    const filling = await resumable(this, run, () => howFar(far))
    if (!filling) return
    print(this, flags.json ? warmJSON(filling) : warmText(filling))
    if (filling.failed.length > 0) this.process.exitCode = 1
  },
})

/** Fills from a source: who is asked what there is, and how it is had to keep it. */
type FillFrom = (source: Source, fill: Filler) => Promise<Filling>

interface Asking {
  readonly context: Context
  readonly fillFrom: FillFrom
}

interface Warming {
  readonly command: CommandLine
  readonly flags: SourceFlags & IndexBounds
  readonly named: readonly string[]
  readonly jobs: number
  /** How far it has come: written as it goes. */
  readonly far: { done: number; of: number }
}

function howFar({ done, of }: Warming['far']): string {
  if (of === 0) return 'what is wanted was not known yet'
  return `${done} of ${counted(of, 'version')} done; what has come is kept, and the next run goes on from there`
}

function fillWith({ command, flags, named, jobs, far }: Warming, signal: AbortSignal): FillFrom {
  return async (source, fill) => {
    const { modules, refused } = await wantedBySources(command, flags, { named, bounds: flags, gate: source })
    far.of = modules.length
    const bar = transferProgress(command.process, 'warm', modules.length, 'version')
    const onModule = (bytes: number) => {
      far.done++
      bar.done(bytes)
    }
    const filled = fillModules(modules, { fill, width: jobs, onModule, signal })
    const { failed, ...counts } = await filled.finally(() => bar.end())
    return { ...counts, failed: [...refused, ...failed] }
  }
}

function jobsOf(word: string): number {
  const jobs = /^\d{1,4}$/.test(word) ? Number(word) : 0
  if (jobs >= 1 && jobs <= maxJobs) return jobs
  throw new Error(`is no number from 1 to ${maxJobs}`)
}

async function atGate(gate: string, { context, fillFrom }: Asking): Promise<Filling> {
  if (!/^https?:\/\//.test(gate) || !URL.canParse(gate)) {
    const next = 'say it as https://modgate.corp.example'
    throw new Failure('usage', { asked: `--gate ${redact(gate)}`, who: 'modgate', why: 'is no URL of a gate', next })
  }
  const asking = peer({ limits, clock: systemClock })
  try {
    const base = new URL(gate)
    return await fillFrom(upstream(base, asking), gateFiller(base, asking, context))
  } finally {
    await asking.close()
  }
}

/** The gate's own layers, in this process: a store that is filled this way is one that a gate has filled. */
async function inStore(command: CommandLine, flags: CacheFlags, { context, fillFrom }: Asking): Promise<Filling> {
  const config = await cacheConfig(command, flags)
  const { gateParts } = await import('./gate-parts.ts')
  const directory = await openDataDirectory(config.data)
  try {
    // Whoever may run a command on the directory may see what is in it.
    const parts = gateParts({ ...config, access: 'open', prefetch: 'off' }, directory)
    try {
      return await fillFrom(parts.gateway, sourceFiller(parts.gateway, context))
    } finally {
      await parts.eviction?.close()
      await parts.close()
    }
  } finally {
    await directory.close()
  }
}
