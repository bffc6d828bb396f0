/** What the log commands share: the log of a data directory, opened so that nothing of it changes on the disk. */

import type { ServeConfig } from '../config/index.ts'
import { lookIntoDataDirectory, openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints, diskReader } from '../store/disk-checkpoints.ts'
import { openLogToRead, type LogToRead } from './log-parts.ts'

/** Opens the log of a configuration to be looked at. Throws a Failure `configuration` where none has begun. */
export async function withLog<T>(config: ServeConfig, use: (log: LogToRead) => Promise<T> | T): Promise<T> {
  const modules = await lookIntoDataDirectory(config.data)
  return use(await openLogToRead(config, diskReader(modules)))
}

/** The same for somebody who needs the rest of the data directory too. */
export async function withLogInDirectory<T>(
  config: ServeConfig,
  use: (log: LogToRead, directory: DataDirectory) => Promise<T> | T,
): Promise<T> {
  const directory = await openDataDirectory(config.data, { create: false })
  try {
    return await use(await openLogToRead(config, diskCheckpoints(directory)), directory)
  } finally {
    await directory.close()
  }
}
