/** The names that a repository gives to commits, as `git ls-remote` lists them: the one thing that is asked anew. */

import { createHash } from 'node:crypto'
import { Failure } from '../../core/failure.ts'

/** Branches, tags and HEAD of one moment. */
export interface Refs {
  /** Full name to the commit (of an annotated tag the one that it leads to). */
  readonly commits: ReadonlyMap<string, string>
  /** The tags of a commit, sorted. */
  tagsOf(commit: string): readonly string[]
  /** Names of all tags, sorted. */
  readonly tags: readonly string[]
  /** Two listings with the same sum are the same. */
  readonly sum: string
  readonly format: ObjectFormat
  /** Bytes of the listing. */
  readonly size: number
}

export type ObjectFormat = 'sha1' | 'sha256'

/** Digits of a commit's id. */
export const idLength = { sha1: 40, sha256: 64 } as const

const tagsPrefix = 'refs/tags/'

/**
 * Reads what ls-remote printed: an id and a name on each line, and a second line with `^{}` for what an annotated tag leads to. Lines that
 * are neither a branch, a tag nor HEAD do not count.
 */
export function parseRefs(listing: Buffer): Refs {
  const commits = new Map<string, string>()
  for (const line of listing.toString('utf8').split('\n')) {
    const [, id, name] = /^([0-9a-f]{40}|[0-9a-f]{64})\s+(HEAD|refs\/(?:heads|tags)\/\S+)$/.exec(line) ?? []
    if (id === undefined || name === undefined) continue
    // The line of the tag itself comes first.
    commits.set(name.endsWith('^{}') ? name.slice(0, -3) : name, id)
  }
  const byCommit = new Map<string, string[]>()
  for (const [name, commit] of commits) {
    if (!name.startsWith(tagsPrefix)) continue
    const known = byCommit.get(commit)
    if (known) known.push(name.slice(tagsPrefix.length))
    else byCommit.set(commit, [name.slice(tagsPrefix.length)])
  }
  for (const names of byCommit.values()) names.sort()
  const first = commits.values().next().value
  return {
    commits,
    tags: [...byCommit.values()].flat().sort(),
    tagsOf: (commit) => byCommit.get(commit) ?? [],
    sum: createHash('sha256').update(listing).digest('hex'),
    format: first?.length === idLength.sha256 ? 'sha256' : 'sha1',
    size: listing.byteLength,
  }
}

/** What a revision's name leads to, as far as names tell (Go: gitRepo.stat). */
export interface Named {
  /** The commit; undefined for an id that no branch or tag begins with. */
  readonly commit?: string
  /** Full name of the branch or tag, where one led here. */
  readonly ref?: string
}

/**
 * Finds a revision among the names: a tag, then a branch, then HEAD, then the id of something that has a name, by 7 digits or more.
 * Undefined for what can be no revision here. Throws a Failure `module-not-found` for digits that fit two commits.
 */
export function findNamed(refs: Refs, revision: string, who: string): Named | undefined {
  for (const ref of [`${tagsPrefix}${revision}`, `refs/heads/${revision}`]) {
    const commit = refs.commits.get(ref)
    if (commit !== undefined) return { commit, ref }
  }
  // Go fetches HEAD by its id, and so forgets that it was asked by this name.
  const head = refs.commits.get('HEAD')
  if (revision === 'HEAD') return head === undefined ? undefined : { commit: head }
  if (!isIdPrefix(refs, revision)) return undefined
  return namedById(refs, revision, who)
}

function isIdPrefix(refs: Refs, revision: string): boolean {
  return revision.length >= 7 && revision.length <= idLength[refs.format] && /^[0-9a-f]+$/.test(revision)
}

function namedById(refs: Refs, prefix: string, who: string): Named {
  let commit: string | undefined
  let ref: string | undefined
  for (const [name, id] of refs.commits) {
    if (!id.startsWith(prefix)) continue
    if (commit !== undefined && commit !== id) {
      const why = `ambiguous revision ${prefix}: more than one commit begins with it`
      throw new Failure('module-not-found', { asked: prefix, who, why, next: 'give more digits of the commit' })
    }
    commit = id
    // HEAD sorts before all others, and its name is forgotten as above.
    if (ref === undefined || name < ref) ref = name
  }
  if (commit === undefined) return {}
  return ref === undefined || ref === 'HEAD' ? { commit } : { commit, ref }
}
