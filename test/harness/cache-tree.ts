import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, lstatSync } from 'node:fs'
import { join } from 'node:path'

/** What a module cache holds: of each file and directory its mode, and of a file its size and hash. */
export type CacheTree = Readonly<Record<string, string>>

/**
 * Reads the module cache at `root`. Left out is what depends on the moment: the tiles of a checksum database, whose width is that of the
 * tree when it was asked, and the lock of `go mod download` on go.sum, which lies here.
 */
export function cacheTree(root: string): CacheTree {
  const tree: Record<string, string> = {}
  const walk = (below: string) => {
    for (const name of readdirSync(join(root, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`
      if (path === 'cache/lock' || /^cache\/download\/sumdb\/[^/]+\/tile$/.test(path)) continue
      const stat = lstatSync(join(root, path))
      tree[path] = (stat.mode & 0o7777).toString(8)
      if (stat.isDirectory()) walk(path)
      else
        tree[path] += ` ${createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex')}`
    }
  }
  walk('')
  return tree
}
