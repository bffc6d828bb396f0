/** The files of one module version in the module cache (https://go.dev/ref/mod#module-cache). */

import { join } from 'node:path'
import { escapePath, escapeVersion, type ModuleVersion } from '@modgate/gomod/module'

export interface CachePlaces {
  /** The directory of the path's files: `cache/download/<path>/@v`. */
  readonly versions: string
  readonly info: string
  readonly mod: string
  readonly zip: string
  /** The h1 of the zip: it is there where the zip was verified. */
  readonly ziphash: string
  /** Whoever writes the zip or unpacks it holds this file. */
  readonly lock: string
  /** It is there while the directory is being unpacked, and after a crash. */
  readonly partial: string
  /** Where the zip is unpacked. */
  readonly directory: string
}

/** Where they are in the cache at `root`. Throws a ModuleError for a path or a version that cannot be. */
export function placesOf(root: string, { path, version }: ModuleVersion): CachePlaces {
  const [folder, name] = [escapePath(path), escapeVersion(version)]
  const versions = join(root, 'cache', 'download', folder, '@v')
  const file = (extension: string) => join(versions, `${name}.${extension}`)
  return {
    versions,
    info: file('info'),
    mod: file('mod'),
    zip: file('zip'),
    ziphash: file('ziphash'),
    lock: file('lock'),
    partial: file('partial'),
    directory: join(root, `${folder}@${name}`),
  }
}
