import { newSigner, sign } from '../note/index.ts'
import { formatTree, isValidRecordText, memoryTree, readTileData, TlogError } from '../tlog/index.ts'
import { SumdbError } from './error.ts'
import type { ServerOps } from './server.ts'

/**
 * Returns a checksum database in memory that signs with `signerKey` and appends, at the first lookup of a module version,
 * the go.sum lines that `gosum` answers for it. `gosum` throws a `SumdbError` `not-found` for what does not exist. Throws
 * a `NoteError` for a key that is none.
 */
export function memoryDatabase(
  signerKey: string,
  gosum: (path: string, version: string) => Promise<string>,
): ServerOps {
  const signer = newSigner(signerKey)
  const tree = memoryTree()
  const records: Uint8Array[] = []
  const ids = new Map<string, Promise<number>>()

  const append = async (path: string, version: string): Promise<number> => {
    const text = new TextEncoder().encode(await gosum(path, version))
    if (!isValidRecordText(text)) throw new SumdbError('malformed', `${path}@${version}: not the text of a record`)
    records.push(text)
    return tree.append(text)
  }

  return {
    signed: async () => sign({ text: formatTree(await tree.head()) }, signer),
    async readRecords(id, n) {
      if (id + n > records.length) throw new SumdbError('not-found', `no records ${id} to ${id + n - 1}`)
      return records.slice(id, id + n)
    },
    async lookup(path, version) {
      const key = `${path}@${version}`
      const known = ids.get(key)
      if (known !== undefined) return known
      const id = append(path, version)
      ids.set(key, id)
      id.catch(() => ids.delete(key))
      return id
    },
    async readTileData(tile) {
      try {
        return await readTileData(tile, tree)
      } catch (error) {
        throw error instanceof TlogError ? new SumdbError('not-found', error.message, { cause: error }) : error
      }
    },
  }
}
