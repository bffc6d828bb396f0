/** vendor/modules.txt against go.mod (Go Modules Reference, "Vendoring"). */

import type { RepositoryModule } from '../evidence/repository.ts'

interface Vendored {
  readonly version: string
  readonly replacement: string
  explicit: boolean
}

/** What the go command would call inconsistent, in words; empty where there is no vendor directory, or where it does not compare. */
export function vendorDifferences({ mod, vendored }: RepositoryModule): readonly string[] {
  if (mod === undefined || vendored === undefined || vendored.startsWith('## workspace')) return []
  // Before 1.14 the list had no marks to compare.
  const [, minor = '0'] = /^1\.(\d+)/.exec(mod.go?.version ?? '') ?? []
  if (Number(minor) < 14) return []
  const list = parseModules(vendored)
  const required = new Map(mod.require.map(({ path, version }) => [path, version]))
  const lacking = mod.require.flatMap(({ path, version }) => {
    const entry = list.get(path)
    if (entry === undefined || !entry.explicit) return [`${path}@${version} is required and not vendored`]
    return entry.version === version ? [] : [`${path} is ${version} in go.mod and ${entry.version} in vendor`]
  })
  const extra = [...list].filter(([path, { explicit }]) => explicit && !required.has(path))
  const replaced = mod.replace.flatMap(({ old, new: target }) => {
    const entry = list.get(old.path)
    const wanted = `${target.path} ${target.version}`.trim()
    const applies = entry !== undefined && (old.version === '' || old.version === entry.version)
    return applies && entry.replacement !== wanted
      ? [`${old.path} is replaced by ${wanted} in go.mod and not so in vendor`]
      : []
  })
  return [...lacking, ...extra.map(([path]) => `${path} is vendored and not required`), ...replaced]
}

function parseModules(text: string): ReadonlyMap<string, Vendored> {
  const list = new Map<string, Vendored>()
  let last: Vendored | undefined
  for (const line of text.split('\n')) {
    if (line.startsWith('## ') && last) last.explicit ||= /^## explicit\b/.test(line)
    if (!line.startsWith('# ')) continue
    const [left = '', replacement = ''] = line.slice(2).split(' => ')
    const [path = '', version = ''] = left.trim().split(/\s+/)
    last = { version, replacement: replacement.trim(), explicit: false }
    // A line without a version stands for a replacement that no package is taken from.
    if (version !== '') list.set(path, last)
  }
  return list
}
