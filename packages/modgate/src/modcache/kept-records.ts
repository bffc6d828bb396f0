/** What the go command keeps of a checksum database: the last head below GOPATH, and proved records and tiles in the module cache. */

import type { DatabaseKeeper } from '../modload/mod-database.ts'
import type { FileLocks } from './file-lock.ts'
import { contentOf, replaceContent } from './version-list.ts'
import { unwritable, writeWhole } from './whole-file.ts'

/** Keeps it on disk. A record or tile that cannot be written is asked for again another time; a head has to be pinned. */
export function keptRecords(locks: FileLocks): DatabaseKeeper {
  return {
    async pin(file, old, next) {
      const { descriptor, release } = await locks.take(file)
      try {
        const content = contentOf(descriptor)
        // As for the go command, an empty file is none: a write that a full disk has cut.
        if (content.length > 0 && !content.equals(old)) return false
        replaceContent(descriptor, next)
        return true
      } catch (error) {
        throw unwritable(file, error)
      } finally {
        release()
      }
    },
    keep(file, bytes) {
      try {
        writeWhole(file, bytes)
      } catch {
        // What is kept here only saves a question.
      }
    },
  }
}
