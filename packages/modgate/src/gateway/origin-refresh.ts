/**
 * A repository of which somebody says that it has changed: its names are read again, and with them all that ages of its modules. Nothing
 * is asked of a repository from which nothing came before, so that whoever says so cannot send the gate anywhere.
 */

import type { Context } from '../core/context.ts'
import { eachOf } from '../core/each-of.ts'
import type { Direct, Located } from '../source/direct.ts'
import type { OriginBook, OriginModule, OriginRecord } from '../store/origin-book.ts'
import type { Gateway } from './gateway.ts'
import { keptAnswer, renewedAnswer, type AgingRequest, type RenewedAnswer } from './renewed-answer.ts'

export interface RefreshedModule {
  readonly module: string
  /** Of the answers that were kept; whatever else is asked of the module is asked of its repository. */
  readonly answers: readonly RenewedAnswer[]
}

export interface RefreshedRepository {
  /** Host and path. */
  readonly repository: string
  readonly modules: readonly RefreshedModule[]
}

/**
 * Refreshes a repository, by its key. Undefined where nothing came from it. Whoever asks while it is being refreshed waits for one more
 * refresh, which begins after the word came, and shares it with others. Throws a Failure where it cannot be read.
 */
export type RefreshOrigin = (repository: string, context: Context) => Promise<RefreshedRepository | undefined>

export interface OriginRefreshOptions {
  readonly book: OriginBook
  readonly locate: Direct['locate']
  readonly gateway: Gateway
}

interface Work {
  readonly now: Promise<RefreshedRepository | undefined>
  next?: Promise<RefreshedRepository | undefined>
}

/** Modules whose answers are renewed at once. */
const width = 8

export function originRefresh(options: OriginRefreshOptions): RefreshOrigin {
  const underway = new Map<string, Work>()

  function begin(repository: string, context: Context): Promise<RefreshedRepository | undefined> {
    const work: Work = { now: refreshed(options, repository, context).finally(() => end(repository, work)) }
    underway.set(repository, work)
    return work.now
  }

  function end(repository: string, work: Work): void {
    if (underway.get(repository) === work) underway.delete(repository)
  }

  return (repository, context) => {
    const work = underway.get(repository)
    if (!work) return begin(repository, context)
    const again = () => begin(repository, context)
    work.next ??= work.now.then(again, again)
    return work.next
  }
}

async function refreshed(
  options: OriginRefreshOptions,
  repository: string,
  context: Context,
): Promise<RefreshedRepository | undefined> {
  const record = await options.book.find(repository)
  if (!record) return undefined
  // First, so that whoever asks from now on is not told what was, also where the repository cannot be read at the moment.
  for (const { path } of record.modules) options.gateway.forget(path)
  await namesRead(options, record, context)
  const modules: RefreshedModule[] = []
  await eachOf(record.modules, width, async ({ path }) => {
    modules.push({ module: path, answers: await renewed(options.gateway, path, context) })
  })
  return { repository, modules: modules.sort((a, b) => (a.module < b.module ? -1 : 1)) }
}

/** Reads the names of the repository anew, by each of the ways that lead there. */
async function namesRead({ locate, gateway }: OriginRefreshOptions, record: OriginRecord, context: Context) {
  for (const { path } of firstOfEach(record.modules)) {
    const { root, repository } = await locate(path, context)
    // Modules that are new in it are asked for under paths that nobody has noted yet.
    gateway.forget(root.root)
    await freshNames(repository, context)
  }
}

/** Twice, since the first one may join a reading that began before the change. */
async function freshNames(repository: Located['repository'], context: Context): Promise<void> {
  for (let time = 0; time < 2; time++) await repository?.open({ ...context, fresh: true })
}

function firstOfEach(modules: readonly OriginModule[]): Iterable<OriginModule> {
  return new Map(modules.map((module) => [module.url, module])).values()
}

async function renewed(gateway: Gateway, path: string, context: Context): Promise<readonly RenewedAnswer[]> {
  const requests: readonly AgingRequest[] = [
    { kind: 'list', path },
    { kind: 'latest', path },
  ]
  const answers: RenewedAnswer[] = []
  for (const request of requests) {
    if ((await keptAnswer(request, gateway, context)) === undefined) continue
    const answer = await renewedAnswer(request, gateway, context)
    if (answer) answers.push(answer)
  }
  return answers
}
