// Graphs of real programs, through the machine's own module proxy and checksum database: byte for byte what the real go prints.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { test, type TestContext } from 'node:test'
import { machineGoSettings } from '../tools/components/index.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { machineEnvironment } from './harness/machine-environment.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const mod = (...lines: readonly string[]) => `module main.example\n\n${lines.join('\n')}\n`

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gin, whose graph is pruned': { 'go.mod': mod('go 1.20', 'require github.com/gin-gonic/gin v1.9.1') },
  'cobra, with go lines as nodes': { 'go.mod': mod('go 1.24.0', 'require github.com/spf13/cobra v1.8.1') },
  'cobra from before pruning': { 'go.mod': mod('go 1.16', 'require github.com/spf13/cobra v1.2.1') },
  'a Kubernetes client': { 'go.mod': mod('go 1.21.0', 'require k8s.io/client-go v0.28.4') },
  'replaced and excluded versions': {
    'go.mod': mod(
      'go 1.20',
      'require github.com/gin-gonic/gin v1.9.1',
      'replace golang.org/x/net => golang.org/x/net v0.17.0',
      'replace github.com/ugorji/go/codec v1.2.11 => ./codec',
      'exclude golang.org/x/text v0.9.0',
    ),
    'codec/go.mod': 'module github.com/ugorji/go/codec\n\ngo 1.19\n\nrequire golang.org/x/sys v0.13.0\n',
  },
  'a retracted and a deprecated version': {
    'go.mod': mod(
      'go 1.22',
      'require github.com/mattn/go-sqlite3 v2.0.3+incompatible',
      'require github.com/golang/protobuf v1.5.2',
    ),
  },
  'a workspace': {
    'go.work': 'go 1.24.0\n\nuse (\n\t./one\n\t./two\n)\n',
    'one/go.mod': 'module one.example\n\ngo 1.20\n\nrequire github.com/gin-gonic/gin v1.9.1\n',
    'two/go.mod': 'module two.example\n\ngo 1.24.0\n\nrequire github.com/spf13/cobra v1.2.1\n',
  },
}

async function compared(t: TestContext, files: Readonly<Record<string, string>>, questions: readonly Question[]) {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'upstream')) === undefined) return
  const env = await machineEnvironment()
  const root = await temporaryDirectory(t)
  await writeFiles(root, files)
  const cwd = join(root, 'go.work' in files ? 'one' : '')
  const go = (...args: readonly string[]) => ownProcess(t, [toolchain.path, ...args], { cwd, env }).ended
  // Completes go.sum, which the next commands want; a workspace is never updated.
  const complete = await go('list', ...('go.work' in files ? [] : ['-mod=mod']), '-m', 'all')
  assert.equal(complete.code, 0, complete.stderr)
  for (const { ours, theirs } of questions) {
    const expected = await go(...theirs)
    const answer = await runCommand(ours, { home: root, cwd, environment: env })
    assert.equal(expected.code, 0, expected.stderr)
    assert.equal(answer.code, 0, answer.stderr)
    assert.equal(answer.stdout, expected.stdout)
  }
}

interface Question {
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

const list: Question = { ours: ['resolve'], theirs: ['list', '-m', 'all'] }
const json: Question = { ours: ['resolve', '--json'], theirs: ['list', '-m', '-json', 'all'] }
const graph: Question = { ours: ['resolve', '--graph'], theirs: ['mod', 'graph'] }
const updates: Question = { ours: ['upgrades', '--json'], theirs: ['list', '-m', '-u', '-retracted', '-json', 'all'] }

for (const [name, files] of Object.entries(projects)) {
  test(`build list, JSON and graph are go's: ${name}`, (t) => compared(t, files, [list, json, graph]))
}

const hugo = join(import.meta.dirname, 'graphs', 'hugo.mod')

test("build list, JSON and graph are go's: hugo, of which 383 modules are built and 675 read", async (t) => {
  await compared(t, { 'go.mod': await readFile(hugo, 'utf8') }, [list, json, graph])
})

test("what is newer, retracted and deprecated is go's", async (t) => {
  await compared(t, projects['a retracted and a deprecated version']!, [updates])
})

test('from nothing but go.mod the graph of gin is resolved over the network, and checked by the checksum database', async (t) => {
  if ((await requireComponent(t, 'upstream')) === undefined) return
  const root = await temporaryDirectory(t)
  await writeFiles(root, { 'go.mod': projects['gin, whose graph is pruned']!['go.mod']! })
  const environment = {
    ...(await machineGoSettings()),
    GOENV: 'off',
    GOMODCACHE: join(root, 'none'),
    GOPATH: join(root, 'go'),
  }
  const answer = await runCommand(['resolve', '--mod=mod'], { home: root, cwd: root, environment })
  assert.equal(answer.code, 0, answer.stderr)
  assert.match(answer.stdout, /^golang[.]org\/x\/net v0[.]10[.]0$/m)
})
