/** One `git fetch` into a mirror, within limits of time and size. */

import { access, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { ProgramEnd } from '../../core/ports.ts'
import { gitRefused, type Git } from './git-command.ts'
import type { RemoteAccess } from './git-environment.ts'
import type { Hold } from './git-mirror.ts'
import { packFetched, tooLarge } from './git-pack-fetch.ts'
import type { Ask } from './git-packets.ts'

/** What a repository may cost. */
export interface GitLimits {
  /** Milliseconds for the list of names. */
  readonly listMs: number
  /** Milliseconds for one fetch. */
  readonly fetchMs: number
  /** Bytes that one fetch may bring. */
  readonly fetchBytes: number
  /** Files that the tree of one commit may have, which bounds what is kept in memory of it. */
  readonly files: number
}

/** What a meter and a log want to know of one fetch. */
export interface FetchReport {
  readonly url: string
  /** What was fetched, in words. */
  readonly asked: string
  readonly seconds: number
  /** By how much the mirror grew. */
  readonly bytes: number
  /** `ok`, `refused` where git ended with an error, or the code of the failure. */
  readonly result: string
}

/** Where a repository is and how one gets there. */
export interface Remote {
  readonly url: string
  readonly git: Git
  readonly limits: GitLimits
  /** Asked anew for each connection: tokens expire. */
  readonly access: () => Promise<RemoteAccess>
  readonly report: (report: FetchReport) => void
  /** Where git need not be asked for all. */
  readonly ask?: Ask | undefined
}

/** Settings that make `origin` the repository: its URL stands in no argument. */
export async function originAccess(remote: Remote): Promise<RemoteAccess> {
  const { url = remote.url, ...access } = await remote.access()
  return { ...access, url, config: [['remote.origin.url', url], ...(access.config ?? [])] }
}

const always = [
  'fetch',
  '--quiet',
  '--force',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--no-recurse-submodules',
]

export interface Fetch {
  readonly options: readonly string[]
  /** Made of ids and of patterns: no name that somebody else chose. */
  readonly refspecs: readonly string[]
  /** Where this is all of it: commits that are to be whole and without their history, under their names in `refs/modgate/`. */
  readonly commits?: readonly string[]
  readonly asked: string
}

/**
 * Fetches. Answers how git ended: a code that is not 0 may mean that the server does not know this way of asking.
 * Throws a Failure: `origin-timeout`, `origin-too-large`, `git-missing`, `origin-unreachable`.
 */
export async function fetched(
  remote: Remote,
  hold: Hold,
  { options, refspecs, commits, asked }: Fetch,
): Promise<{ end: ProgramEnd; refused: () => Failure }> {
  const { git, limits, url } = remote
  const call = {
    ...{ repository: hold.repository, args: [...always, ...options, '--end-of-options', 'origin', ...refspecs] },
    ...{ asked, who: url, timeoutMs: limits.fetchMs, uncleanly: hold.spoil },
  }
  const packs = join(hold.repository, 'objects', 'pack')
  const before = await sizeOf(packs)
  const watch = async () => ((await sizeOf(packs)) - before > limits.fetchBytes ? tooLarge(asked, remote) : undefined)
  const started = performance.now()
  const reported = async (result: string) => {
    if (result !== 'ok') await removeHalves(packs)
    const [seconds, bytes] = [(performance.now() - started) / 1000, (await sizeOf(packs)) - before]
    remote.report({ url, asked, seconds, bytes, result })
  }
  try {
    if (commits) {
      const isFetched = await packFetched({ remote, hold, commits, asked })
      if (isFetched) await reported('ok')
      if (isFetched) return { end: done, refused: () => gitRefused(call, done) }
      await removeHalves(packs)
    }
    const asking = { ...call, access: await originAccess(remote) }
    const end = await git.watched(asking, watch)
    const tooMuch = await watch()
    // It was faster than the watch. The mirror has too much in it now.
    if (tooMuch) hold.spoil()
    if (tooMuch) throw tooMuch
    await reported(end.code === 0 ? 'ok' : 'refused')
    return { end, refused: () => gitRefused(asking, end) }
  } catch (error) {
    await reported(error instanceof Failure ? error.code : 'failed')
    throw error
  }
}

const done: ProgramEnd = { code: 0, stderr: '', isClean: true }

async function sizeOf(packs: string): Promise<number> {
  const names = await readdir(packs).catch(() => [])
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(packs, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** What a fetch that broke off leaves behind. Nobody else writes here now. */
async function removeHalves(packs: string): Promise<void> {
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_')) await rm(join(packs, name), { force: true })
  }
}

/** Whether a mirror, or a file of one, is still there: others may remove it. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
