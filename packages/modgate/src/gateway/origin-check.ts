/**
 * One repository, looked at again: whether its names still lead to what came from it. Nothing is fetched but names, and nothing that is
 * kept changes: a tag that moved is news for people, not for builds.
 */

import type { Context } from '../core/context.ts'
import { Failure } from '../core/failure.ts'
import type { Clock, Store } from '../core/ports.ts'
import type { Direct, Located } from '../source/direct.ts'
import type { CodeHost } from '../source/vcs/code-host.ts'
import type { Entries } from '../store/entries.ts'
import { lackedFiles, type OriginFinding, type OriginModule, type OriginRecord } from '../store/origin-book.ts'
import { repositoryKey } from '../store/repository-key.ts'
import { keptOrigin } from './kept-origin.ts'

export interface OriginCheckOptions {
  readonly locate: Direct['locate']
  /** The URL to which the host of a repository sends git; undefined where it stays, or nobody can say. */
  readonly movedTo: (located: Located, context: Context) => Promise<string | undefined>
  readonly entries: Pick<Entries, 'list'>
  readonly store: Pick<Store, 'open'>
  readonly clock: Pick<Clock, 'now'>
}

/** Throws a Failure where the repository could not be read, which is no finding. */
export type CheckOrigin = (record: OriginRecord, context: Context) => Promise<readonly OriginFinding[]>

/** Findings of one repository that are kept; who moves more tags than that has made his point. */
const mostFindings = 1000

type Found = Omit<OriginFinding, 'since'>

export function originCheck(options: OriginCheckOptions): CheckOrigin {
  return async (record, context) => {
    const found: Found[] = []
    for (const modules of byUrl(record.modules)) {
      for await (const each of findingsOf(options, modules, context)) {
        found.push(each)
        if (found.length >= mostFindings) break
      }
    }
    const now = new Date(options.clock.now()).toISOString()
    return found.map((each) => ({ ...each, since: record.findings.find((old) => isSame(old, each))?.since ?? now }))
  }
}

/** Whether two findings say the same. */
export function isSame(a: Found, b: Found): boolean {
  return a.kind === b.kind && a.module === b.module && a.version === b.version && a.was === b.was && a.now === b.now
}

/** Modules that lead to the repository by the same URL; the one with the shortest path, whose page speaks for the others, first. */
function byUrl(modules: readonly OriginModule[]): readonly (readonly OriginModule[])[] {
  const shortestFirst = modules.toSorted((a, b) => a.path.length - b.path.length)
  return [...Map.groupBy(shortestFirst, ({ url }) => url).values()]
}

async function* findingsOf(
  options: OriginCheckOptions,
  modules: readonly OriginModule[],
  context: Context,
): AsyncIterable<Found> {
  const [{ path, url }] = modules as readonly [OriginModule]
  const gone: Found = { kind: 'repository-gone', module: path, was: url }
  const fresh = { ...context, fresh: true }
  const located = await unlessAbsent(options.locate(path, fresh))
  if (!located) {
    yield gone
    return
  }
  if (isElsewhere(located.root.url, url)) yield { kind: 'page-moved', module: path, was: url, now: located.root.url }
  const moved = await options.movedTo(located, context)
  if (moved !== undefined && isElsewhere(moved, located.root.url))
    yield { kind: 'repository-moved', module: path, was: located.root.url, now: moved }
  if (!located.repository) return
  const host = await unlessAbsent(located.repository.open(fresh))
  if (!host) {
    yield gone
    return
  }
  for (const module of modules) yield* movedTags(options, module, host)
}

/** Another way to the same repository, ssh instead of https, is no news. */
const isElsewhere = (url: string, before: string) => repositoryKey(url) !== repositoryKey(before)

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof Failure && error.absent) return undefined
    throw error
  }
}

const tagPrefix = 'refs/tags/'

/** Read one entry after the other, however many there are. */
async function* movedTags(options: OriginCheckOptions, module: OriginModule, host: CodeHost): AsyncIterable<Found> {
  if (!host.tagged) return
  for await (const entry of options.entries.list(module.path)) {
    const kept = await keptOrigin(options.store, entry)
    if (!kept?.ref?.startsWith(tagPrefix) || isElsewhere(kept.url, module.url)) continue
    const now = host.tagged(kept.ref.slice(tagPrefix.length))
    if (now === kept.commit) continue
    const lacks = lackedFiles.filter((kind) => !(kind in entry.files))
    const version = {
      ...{ module: entry.path, version: entry.version, was: kept.commit },
      ...(lacks.length === 0 ? {} : { lacks }),
    }
    yield now === undefined ? { kind: 'tag-deleted', ...version } : { kind: 'tag-moved', ...version, now }
  }
}
