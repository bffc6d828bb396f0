/** Repositories below a directory. */

import type { RepositoryFiles } from './repository-files.ts'

const maxDepth = 6
const maxDirectories = 20_000

/**
 * The directories at and below the root that are a repository (they hold .git) or, outside of any, a module of their own (go.mod);
 * relative, in order. What lies in one is its own; links are not followed.
 */
export async function findRepositories(files: RepositoryFiles): Promise<readonly string[]> {
  const found: string[] = []
  const queue: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }]
  for (let at = 0; at < Math.min(queue.length, maxDirectories); at++) {
    const { path, depth } = queue[at]!
    const items = await files.list(path)
    // A worktree and a submodule have a file there.
    if (items.some(({ name, kind }) => name === '.git' && kind !== 'other')) found.push(path)
    else if (items.some(({ name, kind }) => name === 'go.mod' && kind === 'file')) found.push(path)
    else if (depth < maxDepth) {
      const below = items.filter(({ name, kind }) => kind === 'directory' && !/^(node_modules|vendor|\..*)$/.test(name))
      queue.push(...below.map(({ name }) => ({ path: path === '' ? name : `${path}/${name}`, depth: depth + 1 })))
    }
  }
  return found.sort()
}
