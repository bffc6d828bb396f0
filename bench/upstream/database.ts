/** The checksum database of the corpus, with a fixed key: a gate that restarts on its data meets the same database again. */
import { generateKey } from '@modgate/gomod/note'
import { memoryDatabase, serve, SumdbError } from '@modgate/gomod/sumdb'
import { goSumLines, small } from './corpus.ts'

export const databaseName = 'sumdb.bench.example'
const keys = generateKey(databaseName, new Uint8Array(32).fill(7))

/** What GOSUMDB is set to. */
export const databaseKey = keys.verifier

/** Answers paths below `/sumdb/<name>`. */
export type DatabaseAnswers = (path: string) => Promise<{ readonly status: number; readonly body: Uint8Array }>

export async function corpusDatabase(directory: string): Promise<DatabaseAnswers> {
  const ops = memoryDatabase(keys.signer, async (path, version) => {
    const lines = await goSumLines(directory, { path, version })
    if (lines === undefined) throw new SumdbError('not-found', `${path}@${version}: no such module`)
    return lines
  })
  // A tree that has more than one tile from the beginning on, as real ones have.
  for (const { path, version } of small) await ops.lookup(path, version)
  return async (path) => (path === '/supported' ? { status: 200, body: new Uint8Array(0) } : serve(ops, path))
}
