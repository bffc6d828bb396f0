/** A git repository as a CodeHost (Go: codehost/git.go): what its names are is asked first, and only what is wanted then is fetched. */

import type { Context } from '../../core/context.ts'
import type { Clock } from '../../core/ports.ts'
import { archiveOf, filesOf, readBlob, timeOf } from './git-read.ts'
import type { CodeHost, Repository, Revision } from './code-host.ts'
import type { Content } from './git-content.ts'
import { reader } from './git-reader.ts'
import type { Remote } from './git-fetch.ts'
import type { History } from './git-history.ts'
import type { GitMemory } from './git-memory.ts'
import { findNamed, type Refs } from './git-refs.ts'
import { highestTag } from './highest-tag.ts'
import { noCommits, unknownRevision } from './unknown-revision.ts'

export interface GitParts {
  readonly remote: Remote
  readonly content: (refs: Refs) => Content
  readonly history: (refs: Refs) => History
  /** The names of now, or of a few seconds ago, but not of before `since`. Throws a Failure. */
  readonly names: (context: Context, since?: number) => Promise<Refs>
  readonly memory: GitMemory
  readonly clock: Pick<Clock, 'now'>
}

/** A git repository. */
export function gitRepository(parts: GitParts): Repository {
  return {
    async open(context) {
      const wanted = parts.clock.now()
      const refs = await parts.names(context)
      const later = async () => {
        const newer = await parts.names(context, wanted)
        return newer === refs ? undefined : gitHost(parts, newer)
      }
      return { ...gitHost(parts, refs), later }
    },
  }
}

function gitHost(parts: GitParts, refs: Refs): CodeHost {
  const { remote, memory, content: contentOf, history: historyOf } = parts
  const { url } = remote
  const content = contentOf(refs)
  const reading = reader(remote, content)

  async function revisionOf(commit: string, asked: string, ref?: string): Promise<Revision> {
    const time = await memory.recall(`time ${commit}`, () =>
      reading.one(commit, (repository) => timeOf(remote, repository, commit)),
    )
    if (time === undefined) throw unknownRevision(asked, url)
    const tags = refs.tagsOf(commit)
    const name = tags.includes(asked) ? asked : commit
    return { commit, short: commit.slice(0, 12), name, time, tags, ...(ref === undefined ? {} : { ref }) }
  }

  return {
    vcs: 'git',
    url,
    tags: (prefix) => refs.tags.filter((tag) => tag.startsWith(prefix)),

    tagged: (tag) => refs.commits.get(`refs/tags/${tag}`),

    async stat(revision) {
      const named = findNamed(refs, revision, url)
      if (named === undefined) throw unknownRevision(revision, url)
      const find = () => historyOf(refs).find(refs, revision)
      const commit = named.commit ?? (await memory.recall(`find ${refs.sum} ${revision}`, find))
      if (commit === undefined) throw unknownRevision(revision, url)
      return revisionOf(commit, revision, named.ref)
    },

    async latest() {
      const commit = refs.commits.get('HEAD')
      if (commit === undefined) throw noCommits('HEAD', url)
      return { ...(await revisionOf(commit, commit)), ref: 'HEAD' }
    },

    readFile: (commit, file) =>
      memory.recall(`file ${commit}:${file.path}`, () =>
        reading.one(commit, (repository) => readBlob(remote, repository, { ...file, commit })),
      ),

    files: (commit, directory) =>
      reading.many(commit, (from, repository) => filesOf(from, repository, { commit, directory })),
    archive: (commit, directory) =>
      reading.many(commit, (from, repository) => archiveOf(from, repository, { commit, directory })),

    async recentTag(commit, search) {
      if (!refs.tags.some((tag) => tag.startsWith(`${search.prefix}v`))) return undefined
      const before = await memory.recall(`tags ${refs.sum} ${commit}`, () => historyOf(refs).tagsBefore(refs, commit))
      return highestTag(before, search)
    },

    async descendsFrom(commit, tag) {
      const older = refs.commits.get(`refs/tags/${tag}`)
      if (older === undefined) return false
      if (older === commit) return true
      return memory.recall(`${older} before ${commit}`, () => historyOf(refs).isBefore(refs, older, commit))
    },
  }
}
