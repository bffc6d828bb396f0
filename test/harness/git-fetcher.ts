// A process that fetches all that a repository has, again and again, until it is killed: git-fetcher.ts DATA URL PATH INSTEAD_OF_KEY INSTEAD_OF_VALUE
import { join } from 'node:path'
import { readAll } from '../../packages/modgate/src/core/body.ts'
import { programStarter } from '../../packages/modgate/src/core/program.ts'
import { systemClock } from '../../packages/modgate/src/core/system.ts'
import { gitRepositories } from '../../packages/modgate/src/source/vcs/git-repositories.ts'
import { vcsSource } from '../../packages/modgate/src/source/vcs/vcs-source.ts'
import { openDataDirectory } from '../../packages/modgate/src/store/data-directory.ts'

const [data = '', url = '', path = '', key = '', value = ''] = process.argv.slice(2)
const { root, spool } = await openDataDirectory(data)
const repository = gitRepositories({
  directory: join(root, 'vcs', 'git'),
  owner: spool,
  start: programStarter(),
  clock: systemClock,
  environment: { PATH: process.env['PATH'] },
  access: async () => ({ config: [[key, value]] }),
  protocols: ['https', 'file'],
  refsMs: 0,
})
const findRoot = async () => ({ vcs: 'git', url, root: path, subdirectory: '' }) as const
const source = vcsSource({ findRoot, repository })
const context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}
const list = await source.get({ kind: 'list', path }, context)
const versions = Buffer.from(await readAll(list.body, 1 << 20, () => new Error('too large')))
console.log('listed')
for (const version of versions.toString().trim().split('\n').reverse()) {
  await source.get({ kind: 'mod', path, version }, context)
  console.log('fetched')
}
