// Well-known modules: their zips, verified by the public checksum database, are made into tagged repositories, and what the source makes of
// those has the h1 of the database.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { hashZip } from '@modgate/gomod/dirhash'
import { splitPathVersion } from '@modgate/gomod/module'
import { bytesAccess, readDirectory, readEntry } from '@modgate/gomod/zip'
import { machineGoSettings } from '../tools/components/index.ts'
import { requireComponent } from './harness/components.ts'
import type { CorpusRepository } from './harness/git-corpus.ts'
import { answerOf, gitOrigin, gitSource } from './harness/git-origin.ts'
import { historyOf, type TreeEntry } from './harness/git-repository.ts'
import { goClient } from './harness/go-client.ts'

const modules = [
  ...['github.com/pkg/errors@v0.9.1', 'github.com/google/uuid@v1.6.0', 'github.com/spf13/cobra@v1.8.0'],
  ...['gopkg.in/yaml.v3@v3.0.1', 'github.com/stretchr/testify@v1.9.0', 'golang.org/x/sync@v0.7.0'],
  ...['github.com/BurntSushi/toml@v1.4.0', 'go.uber.org/zap@v1.27.0', 'github.com/gorilla/mux@v1.8.1'],
  ...[
    'github.com/russross/blackfriday/v2@v2.1.0',
    'github.com/gin-gonic/gin@v1.9.1',
    'github.com/docker/docker@v20.10.0+incompatible',
  ],
]

interface Downloaded {
  readonly Path: string
  readonly Version: string
  readonly Zip: string
  readonly Sum: string
  readonly Error?: string
}

/** A repository whose one commit is the content of a module zip. */
async function repositoryOf(
  { Path: path, Version: version, Zip: file }: Downloaded,
  at: number,
): Promise<CorpusRepository> {
  const access = bytesAccess(await readFile(file))
  const files = readDirectory(access).map((entry): [string, TreeEntry] => {
    const name = entry.name.slice(`${path}@${version}/`.length)
    return [name, Buffer.concat([...readEntry(access, entry)])]
  })
  const history = historyOf((r) => {
    r.commit(Object.fromEntries(files))
    r.tag(version.replace('+incompatible', ''))
  })
  const { prefix, pathMajor } = splitPathVersion(path)!
  const root = pathMajor.startsWith('/') ? prefix : path
  return { root, url: `https://github.com/corpus/public${at}`, modules: [path], history }
}

test('zips of well-known modules have the h1 of the public checksum database', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'upstream')) === undefined) return
  const { GOPROXY: proxy = '', GOSUMDB: sumdb = '', ...network } = await machineGoSettings()
  const go = await goClient(t, { toolchain, proxy, sumdb })
  const { stdout, stderr } = await go.run(['mod', 'download', '-json', ...modules], network)
  const parts = stdout.split(/^}$/m).filter((part) => part.trim() !== '')
  const downloaded = parts.map((part) => JSON.parse(`${part}}`) as Downloaded)
  assert.equal(downloaded.length, modules.length, stderr)
  const corpus = await Promise.all(downloaded.map(repositoryOf))
  const source = await gitSource(t, await gitOrigin(t, corpus))
  for (const { Path: path, Version: version, Sum: sum } of downloaded) {
    const zip = await answerOf(source, { kind: 'zip', path, version })
    if (zip instanceof Error) throw zip
    assert.equal(hashZip(bytesAccess(zip)), sum, path)
  }
})
