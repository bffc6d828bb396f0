/**
 * The history of all branches and tags: commits without their files, where the server can leave those out.
 *
 * Only what lies before a commit decides which tag a pseudo-version is built on, so the go command fetches all that ever was. Of a large
 * repository the commits alone are a small part. They have a mirror of their own: a mirror that has a commit but not its files would
 * make a server believe that it need not send them.
 */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { ProgramEnd } from '../../core/ports.ts'
import { gitRefused, type GitCall } from './git-command.ts'
import { fetched, type Remote } from './git-fetch.ts'
import { isDamage, oncemore, packsAreWhole, requireWhole, settingAside } from './mirror-damage.ts'
import type { Hold, Mirror } from './git-mirror.ts'
import { touched } from './mirror-shelf.ts'
import type { Refs } from './git-refs.ts'

export interface History {
  /** The complete id of the commit that begins with these digits; undefined where none does, or more than one. */
  find(refs: Refs, prefix: string): Promise<string | undefined>
  /** Names of the tags that are on the commit or before it. */
  tagsBefore(refs: Refs, commit: string): Promise<readonly string[]>
  /** Whether `older` is the commit or lies before it. */
  isBefore(refs: Refs, older: string, commit: string): Promise<boolean>
}

/** The history of a repository, fetched anew when its names have changed. */
export function history(remote: Remote, mirror: Mirror): History {
  const setAside = settingAside(mirror)
  let latest: { readonly sum: string; readonly repository: Promise<string> } | undefined

  /** The GIT_DIR that has all that these names lead to. One fetch for all who ask at once. */
  function upTo(refs: Refs): Promise<string> {
    if (latest?.sum === refs.sum) return latest.repository
    const fetching = { sum: refs.sum, repository: mirror.exclusive((hold) => brought(remote, hold, refs)) }
    fetching.repository.catch(() => {
      if (latest === fetching) latest = undefined
    })
    latest = fetching
    return fetching.repository
  }

  /** Runs git over the history; code 1 is an answer, more than that a failure and no absence. */
  const run = (refs: Refs, args: readonly string[]) => oncemore(() => attempt(refs, args))

  async function attempt(refs: Refs, args: readonly string[]) {
    let repository = await upTo(refs)
    // Another process may have made a new mirror.
    if (!(await touched(repository))) latest = undefined
    repository = await upTo(refs)
    const call: GitCall = { repository, args, asked: `history of ${remote.url}`, who: remote.url }
    try {
      const end = await remote.git.run(call, 256 << 20)
      if (await isSound(repository, args, end)) return end
      throw gitRefused(call, end)
    } catch (error) {
      if (isDamage(error)) latest = undefined
      if (isDamage(error)) await setAside(repository)
      throw error
    }
  }

  return {
    async find(refs, prefix) {
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${prefix}^{commit}`]
      const { code, stdout } = await run(refs, args)
      return code === 0 ? stdout.toString().trim() : undefined
    },

    async tagsBefore(refs, commit) {
      if ((await run(refs, ['cat-file', '-e', commit])).code !== 0) return []
      const { stdout } = await run(refs, ['for-each-ref', '--format=%(refname)', `--merged=${commit}`, 'refs/tags/'])
      const names = stdout.toString().split('\n')
      return names.flatMap((name) => (refs.commits.has(name) ? [name.slice('refs/tags/'.length)] : []))
    },

    isBefore: async (refs, older, commit) =>
      (await run(refs, ['merge-base', '--is-ancestor', '--end-of-options', older, commit])).code === 0,
  }
}

/** Whether an end is an answer. Git is silent about a commit whose pack is gone, and only warns of a ref that it cannot read. */
async function isSound(
  repository: string,
  [command]: readonly string[],
  { code, stderr }: Pick<ProgramEnd, 'code' | 'stderr'>,
): Promise<boolean> {
  if (code === 0) return command !== 'for-each-ref' || stderr === ''
  return code === 1 && packsAreWhole(repository)
}

/** Which names the mirror has been brought up to. */
const sumFile = 'modgate-refs'

async function brought(remote: Remote, hold: Hold, refs: Refs): Promise<string> {
  const sumPath = join(hold.repository, sumFile)
  const have = await readFile(sumPath, 'utf8').catch(() => '')
  await requireWhole(hold.repository, `history of ${remote.url}`).catch((error: unknown) => {
    hold.spoil()
    throw error
  })
  if (have === refs.sum) return hold.repository
  const { end, refused } = await fetched(remote, hold, {
    options: ['--prune', '--filter=tree:0'],
    refspecs: ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*', ...detachedHead(refs)],
    asked: `history of ${remote.url}`,
  })
  if (end.code !== 0) throw historyRefused(refused())
  await writeFile(sumPath, refs.sum)
  return hold.repository
}

/** A HEAD that no branch or tag leads to has a history of its own. */
function detachedHead({ commits }: Refs): readonly string[] {
  const head = commits.get('HEAD')
  const isNamed = [...commits].some(([name, commit]) => commit === head && name !== 'HEAD')
  return head === undefined || isNamed ? [] : ['+HEAD:refs/modgate/HEAD']
}

function historyRefused(failure: Failure): Failure {
  return failure.with({ why: 'the history, which tells the version of a commit, could not be fetched' })
}
