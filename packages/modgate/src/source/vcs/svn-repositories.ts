/**
 * Subversion repositories by their URL (Go: codehost/vcs.go, svn.go). Nothing is mirrored: the server answers for each revision. Its
 * revisions are numbers, and Go knows no tags of it, so that every version is a pseudo-version: `v0.0.0-20200913122640-000000000042`.
 */

import { join } from 'node:path'
import type { RepositoryRoot } from '../discovery/repository-root.ts'
import type { CodeHost, Repository, Revision } from './code-host.ts'
import { gitMemory, smallMemoryBytes, type GitMemory } from './git-memory.ts'
import { moments } from './moment.ts'
import { defaultGoodMs, defaultProgramLimits, type ProgramOptions } from './program-access.ts'
import { byUrl } from './repositories.ts'
import { svn } from './svn-command.ts'
import { exportOf, listOf, readFileAt, revisionAt, type SvnReader, type SvnRevision } from './svn-read.ts'
import { unknownRevision } from './unknown-revision.ts'

/** Answers the Subversion repository at a root. */
export function svnRepositories(options: ProgramOptions): (root: RepositoryRoot) => Repository {
  const { start, environment, reach, owner, clock } = options
  const at = svn({ start, environment, reach, home: join(options.owner, 'svn-home') })
  const limits = { ...defaultProgramLimits, ...options.limits }
  const memoryOf = gitMemory(smallMemoryBytes)
  return byUrl((root) => {
    const reader: SvnReader = { svn: at(root), limits, temporary: owner }
    const read = async () => (await revisionAt(reader))!
    const newest = moments({ read, clock, goodMs: options.goodMs ?? defaultGoodMs })
    const memory = memoryOf(root.url)
    return { open: async (context) => svnHost(reader, { newest: await newest(context), memory }) }
  })
}

interface SvnMoment {
  readonly newest: SvnRevision
  readonly memory: GitMemory
}

function svnHost(reader: SvnReader, { newest, memory }: SvnMoment): CodeHost {
  const { url } = reader.svn
  return {
    vcs: 'svn',
    url,
    hasNumbers: true,
    tags: () => [],

    async stat(revision) {
      // Longer numbers are none that a revision may have, and a date in braces is a question about today.
      const number = /^\d{1,12}$/.test(revision) ? Number(revision) : undefined
      const known = number !== undefined && number <= 0x7fffffff
      const asked = () => memory.recall(`revision ${number}`, () => revisionAt(reader, number))
      const found = revision === 'HEAD' ? newest : known ? await asked() : undefined
      if (found !== undefined) return revisionOf(found, revision)
      throw unknownRevision(revision, url)
    },

    latest: async () => revisionOf(newest, 'HEAD'),
    readFile: (commit, file) =>
      memory.recall(`file ${commit}:${file.path}`, () => readFileAt(reader, Number(commit), file)),
    async *files(commit, directory) {
      yield* await listOf(reader, { revision: Number(commit), directory })
    },
    archive: (commit, directory) => exportOf(reader, { revision: Number(commit), directory }),
    recentTag: async () => undefined,
    descendsFrom: async () => false,
  }
}

function revisionOf({ number, time, fraction }: SvnRevision, ref: string): Revision {
  const commit = String(number)
  return { commit, short: commit.padStart(12, '0'), name: commit, time, tags: [], fraction, ref }
}
