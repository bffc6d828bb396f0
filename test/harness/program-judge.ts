/** Modules of a version control system other than git, judged by the real go. */

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { isPseudoVersion } from '@modgate/gomod/module'
import type { Source } from '../../packages/modgate/src/core/ports.ts'
import { answerOf } from './git-origin.ts'
import type { GoClient } from './go-client.ts'
import { difference, disagreement, saidIn, text } from './go-judge.ts'

export interface Judged {
  readonly go: GoClient
  readonly source: Source
  /** Module paths. */
  readonly modules: readonly string[]
  /** What each of them is asked for. */
  readonly queries: (path: string) => readonly string[]
}

/** Info, mod and h1 of every query: resolved to the same version, or absent for both. Answers how many versions were equal. */
export async function judgeVersions({ go, source, modules, queries }: Judged): Promise<number> {
  const args = modules.flatMap((path) => queries(path).map((query) => `${path}@${query}`))
  const { stdout, stderr } = await go.run(['mod', 'download', '-json', ...args])
  const said = saidIn(stdout)
  assert.equal(said.length, args.length, stderr)
  const found: (string | undefined)[] = []
  const seen = new Set<string>()
  for (const each of said) {
    found.push(await disagreement(source, each))
    const key = `${each.Path}@${each.Version}`
    if (each.Error !== undefined || seen.has(key)) continue
    seen.add(key)
    // The info of a tag that another name led to says so; only one that was asked by its own name is compared.
    found.push(await difference(source, each, isPseudoVersion(each.Version!) || each.Query === each.Version))
  }
  assert.deepEqual(found.filter(Boolean), [])
  return seen.size
}

/** The info of each query as go writes it with an empty cache. */
export async function judgeInfos({ go, source, modules, queries }: Judged): Promise<void> {
  for (const path of modules) {
    for (const query of queries(path)) {
      await go.forget()
      const [said] = saidIn((await go.run(['mod', 'download', '-json', `${path}@${query}`])).stdout)
      const info = text(await answerOf(source, { kind: 'query', path, query }))
      assert.equal(info, await readFile(said!.Info!, 'utf8'), `${path}@${query}`)
    }
  }
}

/** Lists of versions, retracted ones too. */
export async function judgeLists({ go, source, modules }: Judged): Promise<void> {
  const args = modules.map((path) => `${path}@latest`)
  const lists = saidIn((await go.run(['list', '-m', '-e', '-json', '-versions', '-retracted', ...args])).stdout)
  assert.equal(lists.length, args.length)
  for (const { Path: path, Versions: list = [], Error: error } of lists) {
    if (error !== undefined) continue
    assert.equal(text(await answerOf(source, { kind: 'list', path })), list.map((each) => `${each}\n`).join(''), path)
  }
}
