/** `modgate log drill` */

import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { buildCommand } from '@stricli/core'
import type { ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { commandClock } from '../core/system.ts'
import { drill, type Drilled } from '../gateway/log/drill.ts'
import { fileGuard } from '../gateway/log/log-guard.ts'
import { guardOf } from '../gateway/log/log-identity.ts'
import { readLogKey, type LogKey } from '../gateway/log/log-keys.ts'
import { drillJson, drillSucceeded, drillText } from '../report/drill-text.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { lookIntoDataDirectory, openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints, diskReader } from '../store/disk-checkpoints.ts'
import { copyLog, missingRoom } from '../store/log-copy.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { logFilesOf } from './log-parts.ts'
import { countProgress } from './progress.ts'
import { stopSignal } from './stop-signal.ts'

type Flags = CacheFlags & { readonly backup?: string }

export const logDrillCommand = buildCommand<Flags, [], CommandLine>({
  docs: {
    brief: 'Rehearse a restore of the log in a temporary copy',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Copies the log, or that of a backup, to a temporary directory, and says whether it could be signed upon beside what the guard',
      'remembers. Then it has the copy miss its newest record, and sees whether the guard notices and how much a rotation would bring',
      'over. Nothing but the copy is changed, and that one is removed at the end. A gate may run. TMPDIR says where the copy goes.',
      'Exit code 1 where the restore would not do.',
      '',
      'Example:',
      '  modgate log drill --backup /mnt/backup/modgate',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags('logName', 'logKey', 'logGuard'),
      backup: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'DIR',
        brief: 'DIR: A copy of the data directory [the data directory itself]',
      },
    },
  },
  async func({ backup, ...flags }) {
    const config = await cacheConfig(this, flags, true)
    const from = backup === undefined ? config.data : resolve(this.machine.cwd, backup)
    const drilled = await inCopy(async (work) => rehearsal(this, { config, from, ...work }))
    print(this, flags.json ? drillJson(drilled, from) : drillText(drilled, from))
    if (!drillSucceeded(drilled)) this.process.exitCode = 1
  },
})

interface Work {
  /** A directory of its own. */
  readonly directory: string
  readonly signal: AbortSignal
}

/** Runs `use` with a directory that is gone afterwards, also after Ctrl-C. */
async function inCopy<T>(use: (work: Work) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const stop = stopSignal(process)
  void stop.asked.then(() =>
    abort.abort(
      new Failure('shutting-down', {
        asked: 'modgate log drill',
        who: 'modgate',
        why: 'it was interrupted',
        next: 'run it again',
      }),
    ),
  )
  const directory = await mkdtemp(join(tmpdir(), 'modgate-drill-'))
  try {
    return await use({ directory, signal: abort.signal })
  } finally {
    await rm(directory, { recursive: true, force: true })
    stop.forget()
  }
}

interface Rehearsal extends Work {
  readonly config: ServeConfig
  /** The data directory, or a backup of it. */
  readonly from: string
}

async function rehearsal(command: CommandLine, { config, from, directory, signal }: Rehearsal): Promise<Drilled> {
  const modules = await lookIntoDataDirectory(from)
  const key = await keyIn(config, from)
  const data = await openDataDirectory(join(directory, 'data'))
  const bar = countProgress(command.process, 'prove', 0, 'record')
  try {
    const paths = { from: join(modules, 'sumdb', key.name), to: join(data.modules, 'sumdb', key.name) }
    await assertRoom(paths.from, directory)
    await copyLog({ ...paths, signal })
    const guard = fileGuard(join(directory, 'log.guard'))
    await copyFile((await guardOf(logFilesOf(config), key.name)).place, guard.place).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
    const onRecords = (count: number) => {
      signal.throwIfAborted()
      bar.done(count)
    }
    return await drill({
      checkpoints: diskCheckpoints(data),
      lookups: diskReader(modules),
      guard,
      key,
      clock: commandClock,
      onRecords,
    })
  } finally {
    bar.end()
    await data.close()
  }
}

/** Where the key is in the data directory, a backup has to have it too. */
async function keyIn(config: ServeConfig, from: string): Promise<LogKey> {
  const { key: file } = logFilesOf(config)
  const way = relative(config.data, file)
  const path = way.startsWith('..') || isAbsolute(way) ? file : join(from, way)
  const key = await readLogKey(path)
  if (key) return key
  throw new Failure('configuration', {
    asked: `--log-key ${path}`,
    who: 'modgate',
    why: 'is not there, and without it what is restored cannot be signed upon',
    next: 'take the key into the backup, or keep it elsewhere with --log-key',
  })
}

async function assertRoom(from: string, directory: string): Promise<void> {
  const missing = await missingRoom(from, directory)
  if (missing === 0) return
  throw new Failure('configuration', {
    asked: `copy in ${directory}`,
    who: 'modgate',
    why: `the disk has ${sizeInWords(missing)} too little room for the log`,
    next: 'set TMPDIR to a directory on a larger disk',
  })
}
