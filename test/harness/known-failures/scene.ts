/** Ways to make the real go fail: the proof that the catalogue of known errors knows what it speaks of. */

import type { TestContext } from 'node:test'
import type { Found } from '../../../tools/components/index.ts'
import { loadCorpus } from '../corpus.ts'
import { testDatabase } from '../database.ts'
import { type GoClient, goClient } from '../go-client.ts'
import { type Finished } from '../process.ts'
import { corpusUpstream, type Upstream } from '../upstream.ts'

/** A machine with the real go, a module proxy over the corpus and a main module without requirements. */
export interface Scene {
  readonly t: TestContext
  readonly upstream: Upstream
  readonly go: GoClient
  /** Runs go with words that have no spaces of their own. */
  readonly run: (words: string, env?: Readonly<Record<string, string>>) => Promise<Finished>
}

/** One failure that the real go is made to run into. */
export interface KnownFailure {
  /** The row of the catalogue that has to explain it. */
  readonly id: string
  /** What its groups must hold; `{proxy}` stands for the address of the module proxy. */
  readonly values?: Readonly<Record<string, string>>
  readonly make: (scene: Scene) => Promise<Finished>
}

const corpus = loadCorpus()
/** One for all: it does not change, and signing it anew for each row would take longer than the rows. */
const database = testDatabase(corpus)

export async function scene(t: TestContext, toolchain: Found): Promise<Scene> {
  const upstream = await corpusUpstream(t, { corpus, database: await database })
  const files = { 'go.mod': 'module main.example/app\n\ngo 1.22\n' }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  return { t, upstream, go, run: (words, env) => go.run(words.split(' '), env) }
}

/** A failure of one go command with other settings. */
export function settings(
  id: string,
  [words, env]: readonly [words: string, env: Readonly<Record<string, string>>],
  values: Readonly<Record<string, string>> = {},
): KnownFailure {
  return { id, values, make: ({ run }) => run(words, env) }
}

/** A failure of one go command in a main module with other files. */
export function files(
  id: string,
  [words, content]: readonly [words: string, content: Readonly<Record<string, string>>],
  values: Readonly<Record<string, string>> = {},
): KnownFailure {
  const make: KnownFailure['make'] = async ({ go, run }) => {
    await go.write(content)
    return run(words)
  }
  return { id, values, make }
}
