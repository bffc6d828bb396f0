/** The settings of git that hold in a directory, read by git itself: includes, worktrees and conditions are its business. */

import type { Runner } from '../../core/ports.ts'

/** Values by key, in the order in which git reads them. Sections and names are in small letters, the part between as written. */
export type GitConfig = ReadonlyMap<string, readonly string[]>

/**
 * All settings that hold in a directory; with `file`, those of one file alone. Undefined where git is not there, or refuses.
 * Nothing that the repository names is run: `git config` only reads.
 */
export async function readGitConfig(runner: Runner, directory: string, file?: string): Promise<GitConfig | undefined> {
  const source = file === undefined ? [] : ['--file', file]
  // In CI the checkout often belongs to another user, which git distrusts for what it would run there.
  const argv = ['git', '-c', 'safe.directory=*', '-C', directory, 'config', ...source, '--null', '--list'] as const
  const { code, stdout } = await runner.run(argv, { timeoutMs: 10_000 })
  if (code !== 0) return undefined
  const config = new Map<string, string[]>()
  for (const item of stdout.split('\0')) {
    const newline = item.indexOf('\n')
    if (item === '') continue
    const key = newline < 0 ? item : item.slice(0, newline)
    // A name without a value is true to git.
    config.set(key, [...(config.get(key) ?? []), newline < 0 ? 'true' : item.slice(newline + 1)])
  }
  return config
}

/** A setting of a section with names in it: `remote.origin.url` as `['origin', url]`. */
export function subsections(config: GitConfig, section: string, name: string): readonly (readonly [string, string])[] {
  const before = `${section}.`
  const after = `.${name}`
  return [...config]
    .filter(([key]) => key.startsWith(before) && key.endsWith(after) && key.length > before.length + after.length)
    .flatMap(([key, values]) =>
      values.map((value) => [key.slice(before.length, key.length - after.length), value] as const),
    )
}
