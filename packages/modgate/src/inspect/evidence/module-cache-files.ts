/** The names under which the go command keeps a module version (cmd/go/internal/modfetch, CachePath and DownloadDir). */

import { escapePath, escapeVersion, ModuleError, unescapePath, unescapeVersion } from '@modgate/gomod/module'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

export interface ModuleVersionFiles {
  readonly path: string
  readonly version: string
  /** `GOMODCACHE/cache/download/<path>/@v` */
  readonly downloads: string
  /** The name of its files there, without an ending. */
  readonly base: string
  /** Where it is unpacked. */
  readonly directory: string
}

/** Where a module version lies; undefined for a path or a version that cannot be. */
export function filesOf(cache: string, path: string, version: string): ModuleVersionFiles | undefined {
  try {
    const [folder, base] = [escapePath(path), escapeVersion(version)]
    return {
      path,
      version,
      downloads: join(cache, 'cache', 'download', ...folder.split('/'), '@v'),
      base,
      directory: join(cache, ...`${folder}@${base}`.split('/')),
    }
  } catch (error) {
    if (error instanceof ModuleError) return undefined
    throw error
  }
}

const maxVersions = 20_000

/** Every module version of which the cache has a file, in the order of paths. */
export async function allVersions(cache: string): Promise<readonly ModuleVersionFiles[]> {
  const root = join(cache, 'cache', 'download')
  const found: ModuleVersionFiles[] = []
  const walk = async (directory: string): Promise<void> => {
    const items = await readdir(directory, { withFileTypes: true }).catch(() => [])
    const isVersions = directory.endsWith(`${sep}@v`)
    if (isVersions)
      found.push(
        ...versionsIn(
          cache,
          relative(root, directory),
          items.map(({ name }) => name),
        ),
      )
    if (isVersions || found.length > maxVersions) return
    const isDatabase = (name: string) => directory === root && name === 'sumdb'
    for (const item of items.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (item.isDirectory() && !isDatabase(item.name)) await walk(join(directory, item.name))
    }
  }
  await walk(root)
  return found
}

function versionsIn(cache: string, folder: string, names: readonly string[]): readonly ModuleVersionFiles[] {
  const bases = new Set(names.flatMap((name) => /^(v.+)\.(?:info|mod|zip|ziphash)$/.exec(name)?.[1] ?? []))
  return [...bases].flatMap((base) => {
    try {
      const path = unescapePath(folder.slice(0, -'/@v'.length).split(sep).join('/'))
      return filesOf(cache, path, unescapeVersion(base)) ?? []
    } catch (error) {
      if (error instanceof ModuleError) return []
      throw error
    }
  })
}
