/** What the cache commands share: their flags, the store that they open, and the patterns that choose entries. */

import type { FlagParametersForType } from '@stricli/core'
import { matchPrefixPatterns } from '@modgate/gomod/module'
import {
  loadServeConfig,
  parsePatternList,
  type FlagValues,
  type ServeConfig,
  type SettingName,
} from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import type { Context } from '../core/context.ts'
import { openDataDirectory, type DataDirectory } from '../store/data-directory.ts'
import type { StoredEntry } from '../store/entries.ts'
import type { CommandLine } from './context.ts'
import type { StoreParts } from './gate-parts.ts'
import { settingFlags } from './setting-flags.ts'

export type CacheFlags = FlagValues & { readonly json?: boolean }

/** `--json` and the flags of some settings. */
export function cacheFlags(...names: readonly SettingName[]): FlagParametersForType<CacheFlags, CommandLine> {
  const chosen = (['data', 'config', ...names] as const).map((name) => [name, settingFlags[name]])
  return {
    json: { kind: 'boolean', optional: true, withNegated: false, brief: 'Print JSON' },
    ...(Object.fromEntries(chosen) as unknown as FlagParametersForType<FlagValues, CommandLine>),
  }
}

/** The settings of a gate here. A command that asks nobody does not look for upstreams, and so needs no settings of Go. */
export async function cacheConfig(command: CommandLine, flags: CacheFlags, asksNobody = false): Promise<ServeConfig> {
  const nobody = asksNobody ? { upstream: 'off', sumdb: 'off' } : {}
  return (await loadServeConfig({ ...flags, ...nobody }, command.machine)).config
}

export interface OpenStore extends StoreParts {
  readonly directory: DataDirectory
}

/** Opens the store of a configuration, and closes it behind `use`. Throws a Failure `configuration` for a directory that is none. */
export async function withStore<T>(
  config: ServeConfig,
  options: { readonly create: boolean },
  use: (store: OpenStore) => Promise<T>,
): Promise<T> {
  const { storeParts } = await import('./gate-parts.ts')
  const directory = await openDataDirectory(config.data, options)
  try {
    const parts = storeParts(config, directory)
    try {
      return await use({ ...parts, directory })
    } finally {
      await parts.close()
    }
  } finally {
    await directory.close()
  }
}

/** Whether a module version is meant by one of the arguments `PATTERN[@VERSION]`; by none means all. Throws a Failure `usage`. */
export function chooser(args: readonly string[]): (module: ModuleVersion) => boolean {
  const choices = args.map((arg) => {
    const { path, version } = splitVersion(arg)
    try {
      return { patterns: parsePatternList(path), version }
    } catch (error) {
      throw new Failure('usage', {
        asked: arg,
        who: 'modgate',
        why: (error as Error).message,
        next: 'see modgate cache ls --help',
      })
    }
  })
  const meant = ({ path, version }: ModuleVersion) =>
    choices.some((choice) => matchPrefixPatterns(choice.patterns, path) && (choice.version ?? version) === version)
  return choices.length === 0 ? () => true : meant
}

/** `MODULE[@VERSION]` in its parts. */
export function splitVersion(text: string): { readonly path: string; readonly version?: string } {
  const at = text.lastIndexOf('@')
  return at < 0 ? { path: text } : { path: text.slice(0, at), version: text.slice(at + 1) }
}

/** The context of a command's own questions, which end with the signal. */
export const commandContext = (signal: AbortSignal = new AbortController().signal): Context => ({
  id: `command-${process.pid}`,
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal,
  cachedOnly: false,
})

/** Bytes of all entries, for a progress bar. */
export async function totalBytes(entries: AsyncIterable<StoredEntry>): Promise<number> {
  let sum = 0
  for await (const { bytes } of entries) sum += bytes
  return sum
}
