// What stands behind an `@`: `modgate download` means by it what go mod download means.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { inCorpus } from './harness/git-corpus.ts'
import { directGo, gitOrigin } from './harness/git-origin.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

interface Shown {
  readonly Path?: string
  readonly Version?: string
  readonly Query?: string
  readonly Error?: string
}

/** What was said of each argument, in their order: the version, or that there is none. */
function versionsIn(text: string): readonly string[] {
  const shown = JSON.parse(`[${text.trim().replaceAll('\n}\n{', '\n},{')}]`) as readonly Shown[]
  return shown.map(({ Path, Version, Query, Error: failure }) =>
    failure === undefined ? `${Path}@${Query ?? ''} ${Version}` : `${Path} fails`,
  )
}

async function compared(go: GoClient, args: readonly string[]): Promise<void> {
  const expected = await go.run(['mod', 'download', '-json', '--', ...args])
  const machine = { home: go.env['HOME']!, cwd: go.directory, environment: go.env }
  const answer = await runCommand(['download', '--json', '--', ...args], machine)
  assert.equal(
    versionsIn(answer.stdout).join('\n'),
    versionsIn(expected.stdout).join('\n'),
    answer.stderr + expected.stderr,
  )
  assert.equal(answer.code, expected.code)
}

const ranges = [
  'v1',
  'v1.0',
  'v1.1',
  'v0',
  '<v1.1.0',
  '<=v1.1.0',
  '>v1.0.0',
  '>=v1.0.0',
  '<v1',
  '>=v1',
  '<v0.0.1',
  '<=v1',
  '>v1',
  '<x',
  '>=',
]
const queries = [...ranges, 'latest', 'upgrade', 'v1.0.0+meta', 'v2', 'v1.9.9', 'main', 'nosuch', 'v2.0.0']

test('of modules from a proxy', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const files = {
    'go.mod': [
      'module main.example\n\ngo 1.20\n',
      'require hello.example/hello v1.0.0',
      'require retracted.example/lib v1.0.0',
      'exclude hello.example/hello v1.0.1\n',
    ].join('\n'),
  }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  const paths = ['hello.example/hello', 'retracted.example/lib', 'untagged.example/lib', 'nested.example/repo']
  await compared(go, [
    ...paths.flatMap((path) => queries.map((query) => `${path}@${query}`)),
    ...['hello.example/hello@patch', 'retracted.example/lib@patch'],
  ])
})

test('of modules from their repositories', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const names = ['plain', 'majors', 'legacy', 'bases', 'settled', 'untagged']
  const corpus = inCorpus(...names)
  const origin = await gitOrigin(t, corpus)
  const go = await directGo(t, { toolchain, origin, corpus })
  const required = ['plain v1.0.0', 'majors/v2 v2.0.0', 'legacy v2.0.0+incompatible', 'bases v0.8.0']
  const lines = required.map((module) => `require github.com/corpus/${module}\n`)
  await go.write({ 'go.mod': `module main.example\n\ngo 1.20\n\n${lines.join('')}` })
  const paths = ['plain', 'majors/v2', 'legacy', 'bases', 'settled', 'untagged'].map(
    (name) => `github.com/corpus/${name}`,
  )
  const known = paths.slice(0, 4).map((path) => `${path}@patch`)
  // go lists versions that begin with v2 as if there were no others, and finds what it does not list among all.
  const isLikeGo = (arg: string) => arg !== 'github.com/corpus/settled@v2'
  const more = [
    'github.com/corpus/plain@v1.1.1+meta',
    'github.com/corpus/legacy@v2.0.0',
    'github.com/corpus/legacy@<v10',
  ]
  const all = [...paths.flatMap((path) => queries.map((query) => `${path}@${query}`)), ...known, ...more]
  await compared(go, all.filter(isLikeGo))
})

test('upgrade and patch from a version that nobody has asked for are refused in words', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const files = { 'go.mod': 'module main.example\n\ngo 1.20\n' }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  await compared(go, ['hello.example/hello@patch', 'hello.example/hello@upgrade'])
})
