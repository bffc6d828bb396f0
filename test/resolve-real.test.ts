// Graphs of real programs, over the machine's own module proxy and checksum database: byte for byte what the real go prints.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { machineGoSettings } from '../tools/components/index.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { realPeople, realProjects, type RealPerson, type RealProject } from './harness/real-projects.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

interface Question {
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

const resolving: readonly Question[] = [
  { ours: ['resolve'], theirs: ['list', '-m', 'all'] },
  { ours: ['resolve', '--json'], theirs: ['list', '-m', '-json', 'all'] },
  { ours: ['resolve', '--graph'], theirs: ['mod', 'graph'] },
]
const updates: Question = { ours: ['upgrades', '--json'], theirs: ['list', '-m', '-u', '-retracted', '-json', 'all'] }

type Files = RealProject['files']

/** What an author writes first: what the program itself needs, before `go mod tidy` has added the rest. */
function untidied(files: Files): Files {
  const own = (text: string) => text.replace(/^.*[/][/] indirect\n/gm, '')
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, name.endsWith('go.mod') ? own(text) : text]),
  )
}

async function compared({ go, modgate }: RealPerson, isWorkspace: boolean, questions: readonly Question[]) {
  // Completes go.sum, which the next commands want; a workspace is never updated.
  const complete = await go(['list', ...(isWorkspace ? [] : ['-mod=mod']), '-m', 'all'])
  assert.equal(complete.code, 0, complete.stderr)
  for (const { ours, theirs } of questions) {
    const expected = await go(theirs)
    const answer = await modgate(ours)
    assert.equal(expected.code, 0, expected.stderr)
    assert.equal(answer.code, 0, answer.stderr)
    assert.equal(answer.stdout, expected.stdout)
  }
}

// Its zips are too many to be downloaded by a test; its graph is not.
const broad: Files = { 'go.mod': 'module main.example\n\ngo 1.16\n\nrequire github.com/spf13/cobra v1.2.1\n' }

test('of real projects, build list, JSON and graph are those of the real go', async (t) => {
  const people = await realPeople(t)
  if (people === undefined) return
  for (const { claim, files, isWorkspace, isLarge } of realProjects) {
    await t.test(claim, async (own) => compared(await people(own, files), isWorkspace, resolving))
    // The largest one requires nothing directly, it has a tool.
    if (isLarge) continue
    const bare = untidied(files)
    await t.test(`${claim}, before it was tidied`, async (own) =>
      compared(await people(own, bare), isWorkspace, resolving),
    )
  }
  await t.test('150 modules from before pruning', async (own) => compared(await people(own, broad), false, resolving))
  await t.test('what is newer, retracted and deprecated', async (own) => {
    const { files } = realProjects.find(({ claim }) => claim.includes('retracted'))!
    await compared(await people(own, files), false, [updates])
  })
})

test('from nothing but go.mod the graph of gin is resolved over the network, and checked by the checksum database', async (t) => {
  if ((await requireComponent(t, 'upstream')) === undefined) return
  const root = await temporaryDirectory(t)
  await writeFiles(root, { 'go.mod': 'module main.example\n\ngo 1.20\n\nrequire github.com/gin-gonic/gin v1.9.1\n' })
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
