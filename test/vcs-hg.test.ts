// Modules from Mercurial, judged by the real go over repositories that hg serves.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { hgRepositories } from '../packages/modgate/src/source/vcs/hg-repositories.ts'
import { requireComponent } from './harness/components.ts'
import { hgTool, makeHgRepository, type HgTool } from './harness/hg-repository.ts'
import { serveHg } from './harness/hg-server.ts'
import { hgCorpus } from './harness/program-corpus.ts'
import { judgeInfos, judgeLists, judgeVersions } from './harness/program-judge.ts'
import { directProgramGo, programSource } from './harness/program-origin.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const rootOf = (name: string) => `hg.example/${name}`

/** Tags and `latest`; of the root of the first repository also branches, and all that may be said of a commit. */
function queriesOf({ run }: HgTool, repository: string, path: string): readonly string[] {
  const lines = (...args: string[]) =>
    run(repository, ...args)
      .split('\n')
      .filter(Boolean)
  const tags = lines('tags', '-q').flatMap((tag) => (tag === 'tip' ? [] : [tag.split('/').at(-1)!]))
  if (path !== rootOf('plain')) return [...tags.slice(-4), 'latest']
  const [id = '', seconds] = lines('log', '--template', String.raw`{node} {date|hgdate}\n`)[0]!.split(' ')
  const time = new Date(Number(seconds) * 1000).toISOString().replace(/\D/g, '').slice(0, 14)
  const pseudo = ['v0.0.0-', 'v1.0.1-0.', 'v9.0.1-0.'].map((base) => `${base}${time}-${id.slice(0, 12)}`)
  return [...tags, ...['default', 'dev', 'two', 'tip', 'latest'], ...[id, id.slice(0, 8)], ...pseudo]
}

test('over a corpus of Mercurial repositories the source agrees with the real go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'hg')) === undefined) return
  const hg = await hgTool(t)
  const directory = await temporaryDirectory(t)
  for (const { name, steps } of hgCorpus) {
    makeHgRepository(hg, join(directory, name), (builder) => steps(rootOf(name), builder))
  }
  const url = await serveHg(t, directory)
  const repositories = hgCorpus.map(({ name }) => ({ vcs: 'hg' as const, root: rootOf(name), url: `${url}/${name}` }))
  const go = await directProgramGo(t, { toolchain, repositories })
  Object.assign(go.env, hg.environment, { PATH: `${hg.environment['PATH']}:${go.env['PATH']}`, HOME: go.env['HOME'] })
  const source = await programSource(t, { make: hgRepositories, repositories })
  const modules = hgCorpus.flatMap(({ name, modules: all }) => all.map((each) => `${rootOf(name)}${each}`))
  const own = (path: string) => hgCorpus.find(({ name }) => path.startsWith(rootOf(name)))!
  const queries = (path: string) => [
    ...queriesOf(hg, join(directory, own(path).name), path),
    ...(own(path).queries ?? []),
  ]
  const judged = { go, source, modules, queries }
  await t.test(
    'every tag, branch, commit and pseudo-version resolves as with the real go, with its mod and h1',
    async () => {
      const equal = await judgeVersions(judged)
      assert.ok(equal > 12, `${equal} versions`)
    },
  )
  await t.test('lists are those of the real go', () => judgeLists(judged))
  await t.test('the info of a tag that another name led to says which', () => {
    const plain = rootOf('plain')
    return judgeInfos({ ...judged, modules: [plain], queries: () => ['release'] })
  })
})
