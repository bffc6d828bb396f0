/** `modgate cache rm MODULE[@VERSION]` */

import { join } from 'node:path'
import { checkPath } from '@modgate/gomod/module'
import { keyOf, parseKey } from '@modgate/gomod/proxy'
import { buildCommand } from '@stricli/core'
import type { ServeConfig } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import type { ModuleVersion } from '../core/ports.ts'
import { readLogKey } from '../gateway/log/log-keys.ts'
import { sizeInWords } from '../report/size-in-words.ts'
import { removeEmptyAbove, type StoredEntry } from '../store/entries.ts'
import { diskReader } from '../store/disk-checkpoints.ts'
import { firstSights, type FileFacts } from '../store/entry-facts.ts'
import { cacheConfig, cacheFlags, splitVersion, withStore, type CacheFlags, type OpenStore } from './cache-store.ts'
import { print, remark, type CommandLine } from './context.ts'
import { openLogToRead } from './log-parts.ts'

type Flags = CacheFlags & { readonly forget?: boolean }

interface Removed {
  readonly module: string
  readonly version: string
  readonly files: readonly string[]
  readonly bytes: number
  /** The hash of the first sight that stays and binds what comes next; absent where the next bytes have to equal a record, or nothing. */
  readonly firstSight?: { readonly hash: string; readonly at: string }
  /** With --forget: the log has a record of it, which binds what comes next all the same. */
  readonly logged?: true
  readonly next: string
}

export const rmCommand = buildCommand<Flags, [string], CommandLine>({
  docs: {
    brief: 'Remove a module version from the store, or all versions of a module',
    customUsage: ['[FLAGS] MODULE[@VERSION]'],
    fullDescription: [
      'Removes the files of a module version, or of all versions, and says what happens when it is asked for again.',
      'A public version is fetched again and has to equal its record in the checksum database. Of a private one, or one without',
      'verification, the hash of the first sight stays, so that other bytes are still refused, unless --forget. What the log of the gate',
      'has a record of stays bound by it in any case.',
      'A gate that runs on the same directory notices within two seconds. Who is reading a file reads it to its end.',
      '',
      'Example:',
      '  modgate cache rm github.com/BurntSushi/toml@v1.4.0',
      '  modgate cache rm corp.example/lib --forget',
    ].join('\n'),
  },
  parameters: {
    flags: {
      ...cacheFlags(),
      forget: {
        kind: 'boolean',
        optional: true,
        withNegated: false,
        brief: 'Forget the first sight too: whatever comes next is believed',
      },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, placeholder: 'MODULE[@VERSION]', brief: 'A module path, and one version of it' }],
    },
  },
  async func({ forget = false, ...flags }, module) {
    const { path, version } = named(module)
    const config = await cacheConfig(this, flags, true)
    const removed = await withStore(config, { create: false }, async (store) => {
      const all: Removed[] = []
      const isLogged = await loggedIn(config, store)
      for await (const entry of store.entries.list(path)) {
        if ((version ?? entry.version) !== entry.version) continue
        all.push(await remove(store, entry, { forget, logged: forget && (await isLogged(entry)) }))
      }
      if (version === undefined) await removeAnswers(store, path)
      await store.directory.noteRemoval()
      return all
    })
    if (removed.length === 0) throw notKept(module)
    const forgotten = removed.filter(({ logged }) => !logged)
    if (forget && forgotten.length > 0) warn(this, forgotten)
    print(this, flags.json ? { removed } : removed.map(removedText).join('\n'))
  },
})

function named(module: string): { readonly path: string; readonly version?: string } {
  const parts = splitVersion(module)
  try {
    checkPath(parts.path)
    return parts
  } catch (error) {
    const why = (error as Error).message
    throw new Failure('usage', { asked: module, who: 'modgate', why, next: 'see modgate cache rm --help' })
  }
}

function notKept(module: string): Failure {
  const next = 'see modgate cache ls for what is kept'
  return new Failure('not-cached', { asked: module, who: 'modgate', why: 'nothing of it is kept', next })
}

/** Whether the log of the gate, where it has one, has a record of a version. */
async function loggedIn(
  config: ServeConfig,
  { directory }: OpenStore,
): Promise<(module: ModuleVersion) => Promise<boolean>> {
  const files = config.log
  if (!files || !(await readLogKey(files.key))) return async () => false
  const { log } = await openLogToRead(config, diskReader(directory.modules))
  return async (module) => (await log.find(module)) !== undefined
}

interface Forgetting {
  readonly forget: boolean
  readonly logged: boolean
}

async function remove(store: OpenStore, entry: StoredEntry, { forget, logged }: Forgetting): Promise<Removed> {
  const first = firstSights(await store.verify.facts.reread(entry))
  const known: FileFacts | undefined = first.zip ?? first.mod
  const bytes = await store.entries.remove(entry, { forget })
  const { path: module, version, files } = entry
  const common = { module, version, files: Object.keys(files), bytes }
  if (!known)
    return { ...common, next: 'fetched again, and kept only if it equals the record of the checksum database' }
  if (logged) {
    const next = 'fetched again, and refused unless it equals the record of the log, which nobody can take back'
    return { ...common, logged: true, next }
  }
  if (forget) return { ...common, next: 'fetched again, and whatever comes then is believed' }
  const next = `fetched again, and refused unless it equals what was first seen ${known.firstSeen}`
  return { ...common, firstSight: { hash: known.hash, at: known.firstSeen }, next }
}

/** Lists, latest versions and queries of a module that is removed as a whole. */
async function removeAnswers({ store, directory }: OpenStore, path: string): Promise<void> {
  const folder = keyOf({ kind: 'latest', path }).replace(/\/@latest$/, '')
  const keys: string[] = []
  for await (const { key } of store.list(folder)) if (isAnswer(key, path)) keys.push(key)
  for (const key of keys) await store.remove(key)
  await removeEmptyAbove(directory.modules, join(directory.modules, folder, '@v'))
}

function isAnswer(key: string, path: string): boolean {
  try {
    const request = parseKey(key)
    return request.kind !== 'sumdb' && request.path === path && !('version' in request)
  } catch {
    return false
  }
}

function warn(command: CommandLine, removed: readonly Removed[]): void {
  const words = removed.map(({ module, version }) => `${module}@${version}`).join(', ')
  remark(
    command,
    `modgate: warning: the first sight of ${words} is forgotten: nothing tells other bytes from these any more`,
  )
}

function removedText({ module, version, files, bytes, next, firstSight }: Removed): string {
  const what = files.length === 0 ? 'its files had gone before' : `${files.join(', ')}; ${sizeInWords(bytes)}`
  const hash = firstSight ? ` (${firstSight.hash})` : ''
  return `removed ${module}@${version} (${what})\n  next request: ${next}${hash}`
}
