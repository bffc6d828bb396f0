/** A Mercurial repository as a CodeHost (Go: codehost/vcs.go). All of it is in the mirror, as it is for the go command. */

import { createHash } from 'node:crypto'
import type { CodeHost, Revision } from './code-host.ts'
import type { GitMemory } from './git-memory.ts'
import {
  archiveOf,
  commitBy,
  filesOf,
  isBefore,
  readFileOf,
  taggedBefore,
  timeOf,
  type HgMirror,
  type HgNames,
} from './hg-read.ts'
import { highestTag } from './highest-tag.ts'
import { noCommits, unknownRevision } from './unknown-revision.ts'

/** A mirror and what its names were when it was brought up to date. */
export interface HgMoment {
  readonly mirror: HgMirror
  readonly names: HgNames
}

export function hgHost({ mirror, names }: HgMoment, memory: GitMemory): CodeHost {
  const { url } = mirror
  const { tags, branches, tip } = names
  const byCommit = Map.groupBy([...tags.keys()].sort(), (tag) => tags.get(tag)!)
  const sum = createHash('sha256')
    .update(JSON.stringify([...tags]))
    .digest('hex')

  /** `ref` is what led here, in Go's spelling, unless it is as good as the id. */
  async function revisionOf(commit: string, asked: string): Promise<Revision> {
    const time = await memory.recall(`time ${commit}`, () => timeOf(mirror, commit))
    // A branch that is called like a version is none.
    const name = tags.has(asked) && !branches.has(asked) ? asked : commit
    const isId = commit.startsWith(asked) && asked.length >= 12
    const ref = isId ? {} : { ref: asked }
    return { commit, short: commit.slice(0, 12), name, time, tags: byCommit.get(commit) ?? [], ...ref }
  }

  return {
    vcs: 'hg',
    url,
    tags: (prefix) => [...tags.keys()].filter((tag) => tag.startsWith(prefix)).sort(),

    async stat(revision) {
      const named = revision === 'tip' ? tip : (tags.get(revision) ?? branches.get(revision))
      // Numbers of commits are left out: each clone has its own.
      const byId = () =>
        /^[0-9a-f]{7,40}$/.test(revision)
          ? memory.recall(`find ${tip} ${revision}`, () => commitBy(mirror, revision))
          : undefined
      const commit = named ?? (await byId())
      if (commit !== undefined) return revisionOf(commit, revision)
      throw unknownRevision(revision, url)
    },

    async latest() {
      if (tip !== undefined) return revisionOf(tip, 'tip')
      throw noCommits('tip', url)
    },

    readFile: (commit, file) =>
      memory.recall(`file ${commit}:${file.path}`, () => readFileOf(mirror, { ...file, commit })),
    files: (commit, directory) => filesOf(mirror, { commit, directory }),
    archive: (commit, directory) => archiveOf(mirror, { commit, directory }),

    async recentTag(commit, search) {
      if (![...tags.keys()].some((tag) => tag.startsWith(`${search.prefix}v`))) return undefined
      const before = await memory.recall(`tags ${sum} ${commit}`, () => taggedBefore(mirror, commit))
      return highestTag(before.flatMap((tagged) => byCommit.get(tagged) ?? []).sort(), search)
    },

    async descendsFrom(commit, tag) {
      const older = tags.get(tag)
      if (older === undefined) return false
      return memory.recall(`${older} before ${commit}`, () => isBefore(mirror, older, commit))
    },
  }
}
