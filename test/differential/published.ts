import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { output } from '../../tools/components/component.ts'

const oracleModule = resolve(import.meta.dirname, '../../tools/oracle')

/** A file of the tests that golang.org/x/mod publishes. */
export interface PublishedFile {
  readonly name: string
  readonly data: Uint8Array
}

/**
 * The files in a folder of golang.org/x/mod, in the version that the oracle is built from: read from the module cache, to which
 * the go command brings the module if it is not there. No copy of them is kept here.
 */
export async function publishedFiles(folder: string): Promise<readonly PublishedFile[]> {
  const env = { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOWORK: 'off' }
  const text = await output('go', ['mod', 'download', '-json', 'golang.org/x/mod'], { cwd: oracleModule, env })
  const directory = join((JSON.parse(text) as { Dir: string }).Dir, folder)
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  return Promise.all(names.map(async (name) => ({ name, data: await readFile(join(directory, name)) })))
}
