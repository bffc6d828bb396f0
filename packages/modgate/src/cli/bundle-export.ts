/** `modgate bundle export -o FILE [MODULE@VERSION…]` */

import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { buildCommand } from '@stricli/core'
import { openBundle } from '../bundle/bundle-file.ts'
import { streamBundle, writeBundle, type Output } from '../bundle/bundle-write.ts'
import { bundleContents, type CarriedModule, type DeltaBase } from '../bundle/contents.ts'
import type { EvidenceDatabase } from '../bundle/evidence.ts'
import { requestsOf } from '../bundle/fill.ts'
import type { ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { readLogKey, type LogKey } from '../gateway/log/log-keys.ts'
import { needsRecord } from '../layer/trust.ts'
import { exportedJSON, exportedText, type Exported } from '../report/bundle-text.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskEntries, type Entries } from '../store/entries.ts'
import { factsBook, type FileKind } from '../store/entry-facts.ts'
import { cacheConfig, cacheFlags, commandContext, type CacheFlags } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import type { GateParts } from './gate-parts.ts'
import { interruptible } from './interruptible.ts'
import { openLog, type OpenLog } from './log-parts.ts'
import type { IndexBounds } from './module-index.ts'
import {
  indexLimitFlag,
  namesNothing,
  originSettings,
  sourceFlags,
  wantedBySources,
  type SourceFlags,
} from './module-sources.ts'
import { progress, transferProgress } from './progress.ts'

type Flags = CacheFlags &
  SourceFlags &
  Pick<IndexBounds, 'limit'> & {
    readonly output: string
    readonly all?: boolean
    readonly since?: string
    readonly key?: string
    readonly keepGoing?: boolean
  }

const width = 64

export const bundleExportCommand = buildCommand<Flags, string[], CommandLine>({
  docs: {
    brief: 'Write modules, toolchains and their records into one signed file',
    customUsage: ['-o FILE [FLAGS] [MODULE@VERSION]...'],
    fullDescription: [
      'Writes one file with the module versions that are named, as modgate warm names them, and what proves them: records and tiles of',
      'the checksum database and of the log of the gate. What the store in --data does not keep is fetched, verified and kept first.',
      'The file is a tar archive in the layout of a GOPROXY, signed with the key of the log. With --since only what an earlier bundle',
      'has not is written. Where anything fails nothing is written, unless --keep-going.',
      '',
      'Example:',
      '  modgate bundle export -o june.bundle --repositories ~/src --toolchain go1.26.8 --platform linux/amd64',
      '  modgate bundle export -o all.bundle --all --offline --data /var/lib/modgate',
      '  modgate bundle export -o july.bundle --since june.bundle --repositories ~/src',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags(...originSettings, 'offline', 'logName', 'logKey', 'logGuard'),
      ...sourceFlags,
      ...indexLimitFlag,
      output: {
        kind: 'parsed',
        parse: String,
        placeholder: 'FILE',
        brief: 'The bundle to write; - is standard output',
      },
      all: { kind: 'boolean', optional: true, withNegated: false, brief: 'All that the store keeps' },
      since: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'BUNDLE',
        brief: 'Leave out what is in this bundle: a delta',
      },
      key: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Sign with the key in this file [the key of the log]',
      },
      keepGoing: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Write what there is where something failed',
      },
    },
    aliases: { o: 'output' },
    positional: {
      kind: 'array',
      parameter: { parse: String, placeholder: 'MODULE@VERSION', brief: 'Module versions to carry' },
    },
  },
  async func(flags, ...named) {
    if (flags.output === '-') refuseTerminal(this)
    const base = await baseOf(this, flags.since)
    const config = await cacheConfig(this, flags)
    const directory = await openDataDirectory(config.data)
    try {
      const log = await openLog(config, diskCheckpoints(directory))
      const key = await signerOf(this, flags.key, log)
      const { gateParts } = await import('./gate-parts.ts')
      // Whoever may run a command on the directory may see what is in it.
      const parts = gateParts({ ...config, access: 'open', prefetch: 'off' }, directory, { log: log?.log })
      try {
        const exported = await exportTo({ command: this, flags, named, config, directory, log, key, base, parts })
        show(this, flags, exported)
        if (exported.failed.length > 0) this.process.exitCode = 1
      } finally {
        await parts.eviction?.close()
        await parts.close()
      }
    } finally {
      await directory.close()
    }
  },
})

/** Bytes of a bundle would have a terminal do anything. */
function refuseTerminal({ process: { stdout } }: CommandLine): void {
  if (!(stdout as { isTTY?: boolean }).isTTY) return
  const next = 'lead it into a file or a command, as in: modgate bundle export -o - … | ssh far modgate bundle import -'
  throw new Failure('usage', { asked: '-o -', who: 'modgate', why: 'standard output is a terminal', next })
}

/** Standard output is for the result, which may be the bundle itself. */
function show(command: CommandLine, { json, output }: Flags, exported: Exported): void {
  if (output !== '-') print(command, json ? exportedJSON(exported) : exportedText(exported))
  else remark(command, json ? JSON.stringify(exportedJSON(exported), undefined, 2) : exportedText(exported))
}

interface Exporting {
  readonly command: CommandLine
  readonly flags: Flags
  readonly named: readonly string[]
  readonly config: ServeConfig
  readonly directory: DataDirectory
  readonly log: OpenLog | undefined
  readonly key: Pick<LogKey, 'signer' | 'verifier'>
  readonly base: DeltaBase | undefined
  readonly parts: GateParts
}

async function exportTo(exporting: Exporting): Promise<Exported> {
  const { command, flags, key, base, parts } = exporting
  const { modules, refused } = await carriedModules(exporting)
  const bar = transferProgress(command.process, 'collect', modules.length, 'version')
  const contents = await bundleContents(modules, {
    ...{ source: parts.gateway, context: commandContext(), width, base, databases: databasesOf(exporting) },
    onModule: (bytes) => bar.done(bytes),
  }).finally(() => bar.end())
  const failed = [...refused, ...contents.failed]
  if (failed.length > 0 && !flags.keepGoing) throw incomplete(failed)
  const isStream = flags.output === '-'
  const writing = progress(command.process, 'write', 0)
  const onFile = (bytes: number) => writing.done(bytes)
  const written = await interruptible(`export ${flags.output}`, (signal) =>
    isStream
      ? streamBundle(outputTo(command.process.stdout), contents, { key: key.signer, signal, onFile })
      : writeBundle(resolve(command.machine.cwd, flags.output), contents, { key: key.signer, signal, onFile }),
  ).finally(() => writing.end())
  const { databases } = contents
  return {
    ...{
      file: isStream ? 'standard output' : flags.output,
      modules: contents.versions,
      ...written,
      databases,
      key: key.verifier,
    },
    ...{ isDelta: base !== undefined, failed },
  }
}

/** As fast as the reader takes it. */
function outputTo(stream: Writable): Output {
  return (bytes) =>
    new Promise((resolve, reject) => {
      stream.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
}

/** Throws a Failure `usage` where nothing is named. */
async function carriedModules({ command, flags, named, directory, parts }: Exporting): Promise<{
  readonly modules: readonly CarriedModule[]
  readonly refused: readonly Failure[]
}> {
  if (flags.all) {
    if (namesNothing(flags, named)) return { modules: await keptModules(storedIn(directory)), refused: [] }
    const next = 'leave out --all, or what names modules'
    throw new Failure('usage', {
      asked: '--all',
      who: 'modgate',
      why: 'all is more than what is named beside it',
      next,
    })
  }
  const bounds = flags.limit === undefined ? {} : { limit: flags.limit }
  const { modules, refused } = await wantedBySources(command, flags, { named, bounds, gate: parts.gateway })
  const kindsOf = (module: (typeof modules)[number]) => requestsOf(module).map(({ kind }) => kind)
  return { modules: modules.map((module) => ({ ...module, kinds: kindsOf(module) })), refused }
}

const storedIn = (directory: DataDirectory): Entries => diskEntries(directory, factsBook(diskCheckpoints(directory)))

async function keptModules(entries: Entries): Promise<readonly CarriedModule[]> {
  const modules: CarriedModule[] = []
  for await (const { path, version, files } of entries.list()) {
    const kinds = (['mod', 'info', 'zip'] as const satisfies readonly FileKind[]).filter((kind) => kind in files)
    if (kinds.length > 0) modules.push({ path, version, kinds })
  }
  return modules
}

function databasesOf({ config, log, parts }: Exporting): readonly EvidenceDatabase[] {
  const { sumdb } = config
  const own = log && { name: log.key.name, key: log.key.verifier, covers: () => true }
  const covers = (path: string) => needsRecord(parts.rules, path)
  return [...(sumdb.kind === 'off' ? [] : [{ name: sumdb.name, key: sumdb.key, covers }]), ...(own ? [own] : [])]
}

async function baseOf({ machine }: CommandLine, since: string | undefined): Promise<DeltaBase | undefined> {
  if (since === undefined) return undefined
  const bundle = await openBundle(resolve(machine.cwd, since), since)
  await bundle.close()
  return { hash: bundle.hash, manifest: bundle.manifest }
}

async function signerOf({ machine }: CommandLine, file: string | undefined, log: OpenLog | undefined) {
  if (file === undefined && log) return log.key
  const key = file === undefined ? undefined : await readLogKey(resolve(machine.cwd, file), '--key')
  if (key) return key
  const why = file === undefined ? 'the log is off, so there is no key to sign with' : 'is not there'
  const next = 'give a file with a signer key, such as the --log-key of a gate'
  throw new Failure('usage', { asked: `--key ${file ?? ''}`.trim(), who: 'modgate', why, next })
}

function incomplete(failed: readonly Failure[]): Failure {
  const [first] = failed
  const more = failed.length > 1 ? `, and ${failed.length - 1} more failed` : ''
  return first!.with({
    why: `${first!.why}${more}; no bundle was written`,
    next: `${first!.next}; --keep-going writes what there is, and modgate warm tells all that fails`,
  })
}
