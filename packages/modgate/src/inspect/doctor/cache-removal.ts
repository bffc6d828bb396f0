/** How a part of the module cache is taken away, and nothing else with it. */

import type { CacheEntry, CacheEvidence } from '../evidence/module-cache-evidence.ts'
import type { Fix } from '../finding.ts'

/** A fix that removes exactly these files and directories. The go command downloads them again when it needs them. */
export function removal(words: string, paths: readonly string[], { platform }: CacheEvidence): Fix {
  return {
    words,
    commands: platform === 'win32' ? [powerShell(paths)] : posix(paths),
    change: { kind: 'remove-cached', paths },
  }
}

/** All of a version that its zip decides. Info and go.mod are kept: they have hashes of their own. */
export function zipFilesOf({ files }: CacheEntry): readonly string[] {
  return [files.zip, files.ziphash, files.directory].filter((path) => path !== undefined)
}

/** Unpacked modules are read-only, so that nobody edits them by accident. */
function posix(paths: readonly string[]): readonly string[] {
  const words = paths.map(quoted).join(' ')
  return [`chmod -R u+w ${words} && rm -rf ${words}`]
}

function powerShell(paths: readonly string[]): string {
  return `Remove-Item -Recurse -Force -LiteralPath ${paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ')}`
}

/** A path as a word of a POSIX shell. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
