/** Small files of modules on their way into the module cache: what has come from the network is kept once it is believed. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModuleVersion } from '@modgate/gomod/module'
import { eachOf } from '../core/each-of.ts'
import type { ModFiles } from '../modload/mod-files.ts'
import { readInfo } from '../modload/version-info.ts'
import { placesOf } from './cache-places.ts'
import type { FileLocks } from './file-lock.ts'
import { infoText } from './info-file.ts'
import { rewriteVersionList } from './version-list.ts'
import { writeWhole } from './whole-file.ts'

export interface KeptFiles {
  /** Sees what comes from there. */
  readonly watched: (files: ModFiles) => ModFiles
  /** Keeps a go.mod that is believed, if it came from the network; else sees to it that it is listed. Throws a Failure. */
  readonly goMod: (module: ModuleVersion, bytes: Uint8Array) => void
  /** Has the info of a version in the cache, and answers it; `said` is what a query for it was answered with. Throws a Failure. */
  info(files: ModFiles, module: ModuleVersion, said?: Uint8Array): Promise<Uint8Array>
  /** Brings the lists of versions up to date, of which the go command keeps one beside the go.mod files of each path. */
  finish(): Promise<void>
}

/** Each is a program that takes a lock. */
const listsAtOnce = 8

/** Into the cache at `root`. */
export function keptFiles(root: string, locks: FileLocks): KeptFiles {
  const fresh = new WeakSet<Uint8Array>()
  const grown = new Set<string>()
  return {
    watched: (files) => ({
      async read(request) {
        const bytes = await files.read(request)
        if (bytes !== undefined) fresh.add(bytes)
        return bytes
      },
    }),
    goMod(module, bytes) {
      const { mod, versions } = placesOf(root, module)
      if (fresh.has(bytes)) writeWhole(mod, bytes)
      // A run that was cut off has not listed what it kept.
      else if (isListed(versions, module.version)) return
      grown.add(versions)
    },
    async info(files, module, said) {
      let bytes: Uint8Array | undefined
      // As go: who has answered a query need not know the version by its own name, too.
      const noted: ModFiles = { read: async (request) => (bytes = said ?? (await files.read(request))) }
      const info = await readInfo(noted, module)
      // Without one, reading has thrown.
      const read = bytes!
      if (fresh.has(read)) writeWhole(placesOf(root, module).info, infoText(module, info, read))
      return read
    },
    async finish() {
      await eachOf(grown, listsAtOnce, (versions) => rewriteVersionList(versions, locks))
      grown.clear()
    },
  }
}

function isListed(versions: string, version: string): boolean {
  try {
    return readFileSync(join(versions, 'list'), 'utf8').split('\n').includes(version)
  } catch {
    return false
  }
}
