/** A repository with many versions, and what was fetched of it. */

import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { hashZip } from '@modgate/gomod/dirhash'
import { bytesAccess } from '@modgate/gomod/zip'
import { Failure } from '../../packages/modgate/src/core/failure.ts'
import type { Source } from '../../packages/modgate/src/core/ports.ts'
import type { CorpusRepository } from './git-corpus.ts'
import { answerOf } from './git-origin.ts'
import { historyOf } from './git-repository.ts'

export const path = 'github.com/corpus/many'
export const tags = Array.from({ length: 8 }, (_, at) => `v1.${at}.0`)

/** Tags with an eighth of a megabyte of news each, and commits between them. */
export const many: CorpusRepository = {
  root: path,
  url: `https://${path}`,
  modules: [path],
  history: historyOf((r) => {
    for (const tag of tags) {
      r.commit({ 'go.mod': `module ${path}\n`, [`${tag}.bin`]: randomBytes(1 << 17) })
      r.tag(tag)
      r.commit({ [`${tag}.go`]: 'package many\n' })
    }
  }),
}

/** The bytes of an answer. Throws the failure. */
export const bytesOf = (answer: Uint8Array | Failure): Uint8Array => {
  if (answer instanceof Failure) throw answer
  return answer
}

/** The h1 of each version's zip. */
export async function hashesOf(source: Source): Promise<readonly string[]> {
  const hashes: string[] = []
  for (const version of tags) {
    hashes.push(hashZip(bytesAccess(bytesOf(await answerOf(source, { kind: 'zip', path, version })))))
  }
  return hashes
}

/** Mirrors of the one repository in a data directory, marks and locks included. */
export async function mirrors(data: string): Promise<readonly string[]> {
  const root = join(data, 'vcs/git')
  const [directory = ''] = await readdir(root)
  return (await readdir(join(root, directory))).sort()
}
