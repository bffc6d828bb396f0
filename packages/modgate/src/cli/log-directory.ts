/** What the log commands share: the log of a data directory, opened so that nothing on the disk changes. */

import type { ServeConfig } from '../config/index.ts'
import { lookIntoDataDirectory } from '../store/data-directory.ts'
import { diskReader } from '../store/disk-checkpoints.ts'
import { openLogToRead, type OpenLog } from './log-parts.ts'

/** Opens the log of a configuration to be looked at. Throws a Failure `configuration` where none has begun. */
export async function withLog<T>(config: ServeConfig, use: (log: OpenLog) => Promise<T> | T): Promise<T> {
  const modules = await lookIntoDataDirectory(config.data)
  return use(await openLogToRead(config, diskReader(modules)))
}
