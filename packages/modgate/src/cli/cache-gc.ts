/** `modgate cache gc` */

import { buildCommand } from '@stricli/core'
import { counted } from '../core/counted.ts'
import { systemClock } from '../core/system.ts'
import { eviction } from '../gateway/eviction.ts'
import { countInWorker } from '../gateway/count-thread.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { removeEmptyDirectories } from '../store/entries.ts'
import { firstSights } from '../store/entry-facts.ts'
import { removeOldEvidence } from '../store/evidence.ts'
import type { ServeConfig } from '../config/index.ts'
import { cacheConfig, cacheFlags, withStore, type CacheFlags, type OpenStore } from './cache-store.ts'
import { mirrorParts } from './mirror-parts.ts'
import { print, remark, type CommandLine } from './context.ts'

interface Collected {
  evicted: number
  evictedBytes: number
  /** Facts of entries that are gone. */
  orphans: number
  directories: number
  evidence: number
  /** Bytes of module files that are left. */
  bytes: number
  /** Mirrors of repositories. */
  mirrors: { evicted: number; evictedBytes: number; bytes: number }
}

const evidenceDays = 30

export const gcCommand = buildCommand<CacheFlags, [], CommandLine>({
  docs: {
    brief: 'Bring the store below its limit and tidy it up',
    customUsage: ['[FLAGS]'],
    fullDescription: [
      'Evicts what was asked for the longest ago until the store is below --cache-size, if one is set, and removes facts of entries',
      `that are gone, empty directories, and what has been in quarantine for more than ${evidenceDays} days. Mirrors of repositories`,
      'that were used the longest ago go until the rest is below --mirror-size.',
      '',
      'Example:',
      '  modgate cache gc --cache-size 50GB',
    ].join('\n'),
  },
  parameters: { flags: cacheFlags('cacheSize', 'cachePin', 'mirrorSize') },
  async func(flags) {
    const config = await cacheConfig(this, flags, true)
    const collected = await withStore(config, { create: false }, (store) => collect(config, store, this))
    print(this, flags.json ? collected : collectedText(collected))
  },
})

async function collect(config: ServeConfig, store: OpenStore, command: CommandLine): Promise<Collected> {
  const counts = { evicted: 0, evictedBytes: 0, orphans: 0, directories: 0, evidence: 0, bytes: 0 }
  const result: Collected = { ...counts, mirrors: { evicted: 0, evictedBytes: 0, bytes: 0 } }
  const limit = config.cacheBytes ?? Infinity
  const evicting = eviction({
    entries: store.entries,
    count: countInWorker(store.directory.modules),
    limit,
    pins: config.cachePins,
    clock: systemClock,
    report: {
      evicted: (_, bytes) => {
        result.evicted++
        result.evictedBytes += bytes
      },
      overLimit: (bytes) => remark(command, `modgate: warning: --cache-pin alone keeps ${sizeInWords(bytes)}`),
      failed: (error) => {
        throw error
      },
    },
  })
  await evicting.enforce()
  for await (const entry of store.entries.list()) {
    if (entry.bytes > 0 || Object.keys(entry.files).length > 0) continue
    if (Object.keys(firstSights(await store.verify.facts.reread(entry))).length > 0) continue
    await store.entries.remove(entry)
    result.orphans++
  }
  result.directories = await removeEmptyDirectories(store.directory.modules)
  result.evidence = await removeOldEvidence(store.directory.quarantine, evidenceDays)
  result.bytes = evicting.bytes ?? 0
  result.mirrors = await collectMirrors(config, store, command)
  return result
}

async function collectMirrors(
  config: ServeConfig,
  { directory }: OpenStore,
  command: CommandLine,
): Promise<Collected['mirrors']> {
  const result = { evicted: 0, evictedBytes: 0, bytes: 0 }
  const evicting = mirrorParts(config, directory, {
    evicted(_, bytes) {
      result.evicted++
      result.evictedBytes += bytes
    },
    overLimit: (bytes) =>
      remark(command, `modgate: warning: mirrors that were used within 15 minutes take ${sizeInWords(bytes)}`),
    failed: (error) => {
      throw error
    },
  })
  await evicting.enforce()
  return { ...result, bytes: evicting.bytes ?? 0 }
}

function collectedText({ evicted, evictedBytes, orphans, directories, evidence, bytes, mirrors }: Collected): string {
  return [
    `evicted ${counted(evicted, 'entry', 'entries')} (${sizeInWords(evictedBytes)})`,
    `removed ${counted(orphans, 'fact')} without files, ${counted(directories, 'empty directory', 'empty directories')}`,
    ...(evidence > 0
      ? [`removed ${counted(evidence, 'piece')} of evidence older than ${evidenceDays} days from the quarantine`]
      : []),
    `kept ${sizeInWords(bytes)} of module files`,
    ...(mirrors.evicted + mirrors.bytes > 0
      ? [
          `evicted ${counted(mirrors.evicted, 'mirror')} of repositories (${sizeInWords(mirrors.evictedBytes)}), kept ${sizeInWords(mirrors.bytes)}`,
        ]
      : []),
  ].join('\n')
}
