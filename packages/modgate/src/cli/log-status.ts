/** `modgate log status` */

import { buildCommand } from '@stricli/core'
import type { ServeConfig } from '../config/index.ts'
import { systemClock } from '../core/system.ts'
import { standingOf, standingWithoutKey, type LogStanding } from '../gateway/log/log-standing.ts'
import { readLogKey } from '../gateway/log/log-keys.ts'
import { standingJson, standingText } from '../report/log-standing-text.ts'
import { lookIntoDataDirectory } from '../store/data-directory.ts'
import { diskReader } from '../store/disk-checkpoints.ts'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { logFilesOf, openLogToRead } from './log-parts.ts'

export const logStatusCommand = buildCommand<CacheFlags, [], CommandLine>({
  docs: {
    brief: 'Say how the log stands, and where it refuses to sign, what happened and what to do',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Says the name of the log, its size and root, when it was signed, what its guard remembers, and whether it signs.',
      'Where it refuses to sign: what happened, what to do, and exit code 1. Nothing on the disk changes, and a gate may run.',
      '',
      'Example:',
      '  modgate log status --data /var/lib/modgate',
    ].join('\n'),
  },
  parameters: { flags: cacheFlags('logName', 'logKey', 'logGuard') },
  async func(flags) {
    const standing = await standingBy(await cacheConfig(this, flags, true))
    print(this, flags.json ? standingJson(standing) : standingText(standing))
    if (standing.closed) this.process.exitCode = 1
  },
})

async function standingBy(config: ServeConfig): Promise<LogStanding> {
  const modules = await lookIntoDataDirectory(config.data)
  const checkpoints = diskReader(modules)
  const files = logFilesOf(config)
  return (await readLogKey(files.key))
    ? standingOf(await openLogToRead(config, checkpoints), files.key)
    : standingWithoutKey({ files, modules, checkpoints, clock: systemClock })
}
