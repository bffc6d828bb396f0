/**
 * Whole commits fetched into a mirror by one question, where `git fetch` would start four processes, connect anew and ask twice. git still
 * reads what came: it makes the index of the pack, which checks every object and that nothing is missing. Names come last, as git has it.
 */

import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../core/failure.ts'
import type { Git } from './git-command.ts'
import type { Hold } from './git-mirror.ts'
import { openPack, packQuestion } from './git-pack.ts'
import { BrokenAnswer, type Ask } from './git-packets.ts'

/** Of a repository, what is needed here. */
export interface PackRemote {
  readonly url: string
  readonly git: Git
  readonly limits: { readonly fetchMs: number; readonly fetchBytes: number }
  readonly ask?: Ask | undefined
}

export interface PackFetch {
  readonly remote: PackRemote
  /** Of a mirror of whole commits. */
  readonly hold: Hold
  readonly commits: readonly string[]
  readonly asked: string
}

/** Commits that are said to be here, at most: a server looks at each. */
const mostHave = 256

const isCommit = (text: string) => /^[0-9a-f]{40}$/.test(text)

/**
 * Whether the commits are there now; false where git has to fetch them. Throws a Failure: `origin-too-large`, `origin-timeout`, and where git
 * cannot be run; and what the disk throws.
 */
export async function packFetched(fetch: PackFetch): Promise<boolean> {
  const { remote, hold, commits } = fetch
  if (remote.ask === undefined || !commits.every(isCommit)) return false
  const deadline = AbortSignal.timeout(remote.limits.fetchMs)
  const before = { shallow: await shallowIn(hold), have: await namedIn(hold) }
  try {
    const answer = await remote.ask(packQuestion({ commits, ...before }), deadline)
    if (answer === undefined) return false
    const { shallow, pack } = await openPack(answer, commits)
    const path = await written(fetch, pack)
    await bounded(hold, [...before.shallow, ...shallow])
    if (!(await indexed(fetch, path))) return false
    await named(hold, commits)
    return true
  } catch (error) {
    if (deadline.aborted) throw tooSlow(fetch)
    // It may come by git, and if not, git says why.
    if (error instanceof BrokenAnswer) return false
    throw error
  }
}

const namesOf = ({ repository }: Hold) => join(repository, 'refs', 'modgate')

async function namedIn(hold: Hold): Promise<readonly string[]> {
  const names = hold.isNew ? [] : await readdir(namesOf(hold)).catch(() => [])
  return names.filter(isCommit).slice(-mostHave)
}

async function shallowIn({ repository, isNew }: Hold): Promise<readonly string[]> {
  const text = isNew ? '' : await readFile(join(repository, 'shallow'), 'latin1').catch(() => '')
  return text.split('\n').filter((id) => id !== '')
}

/** Writes a pack beside the others, where git does not see it before it has an index. */
async function written({ remote, hold, asked }: PackFetch, pack: AsyncIterable<Uint8Array>): Promise<string> {
  const directory = join(hold.repository, 'objects', 'pack')
  const name = randomBytes(20).toString('hex')
  // What a fetch leaves behind is named like this, and removed by the next one.
  const path = join(directory, `tmp_pack_${name}`)
  const file = await open(path, 'wx', 0o600)
  let size = 0
  try {
    for await (const chunk of pack) {
      size += chunk.byteLength
      if (size > remote.limits.fetchBytes) throw tooLarge(asked, remote)
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  const kept = join(directory, `pack-${name}.pack`)
  await rename(path, kept)
  return kept
}

/** Says which commits have no parents here (gitrepository-layout, `shallow`). */
async function bounded({ repository }: Hold, shallow: readonly string[]): Promise<void> {
  if (shallow.length === 0) return
  const path = join(repository, 'shallow')
  await writeFile(`${path}.new`, [...new Set(shallow)].map((id) => `${id}\n`).join(''))
  await rename(`${path}.new`, path)
}

/** Whether git could make the index, and everything that the objects of the pack lead to is there. */
async function indexed({ remote, hold, asked }: PackFetch, pack: string): Promise<boolean> {
  // It ends with 1 where some of that was there before.
  const args = ['index-pack', '--check-self-contained-and-connected', pack]
  const call = { repository: hold.repository, args, asked, who: 'git', timeoutMs: remote.limits.fetchMs }
  const { code } = await remote.git.run({ ...call, uncleanly: hold.spoil }, 64 << 10)
  if (code > 1) await rm(pack, { force: true })
  return code <= 1
}

async function named(hold: Hold, commits: readonly string[]): Promise<void> {
  await mkdir(namesOf(hold), { recursive: true })
  for (const commit of commits) await writeFile(join(namesOf(hold), commit), `${commit}\n`)
}

export function tooLarge(asked: string, { url, limits }: PackRemote): Failure {
  const why = `the repository sent more than ${limits.fetchBytes} bytes for it`
  return new Failure('origin-too-large', { asked, who: url, why })
}

function tooSlow({ asked, remote: { url, limits } }: PackFetch): Failure {
  const why = `the repository did not send it within ${limits.fetchMs / 1000} s`
  return new Failure('origin-timeout', { asked, who: url, why })
}
