/** `modgate log key` */

import { buildCommand } from '@stricli/core'
import { cacheConfig, cacheFlags, type CacheFlags } from './cache-store.ts'
import { print, type CommandLine } from './context.ts'
import { withLog } from './log-directory.ts'

export const logKeyCommand = buildCommand<CacheFlags, [], CommandLine>({
  docs: {
    brief: 'Print the verifier line of the log: what clients set GOSUMDB to',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Prints the verifier line of the log, `name+hash+key`, alone. It is no secret: clients set GOSUMDB to it.',
      '',
      'Example:',
      '  go env -w GOSUMDB="$(modgate log key --data /var/lib/modgate)"',
    ].join('\n'),
  },
  parameters: { flags: cacheFlags('logName', 'logKey', 'logGuard') },
  async func(flags) {
    const config = await cacheConfig(this, flags, true)
    await withLog(config, async ({ key }) =>
      print(this, flags.json ? { name: key.name, key: key.verifier } : key.verifier),
    )
  },
})
