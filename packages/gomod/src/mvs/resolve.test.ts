import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse, parseWork } from '../modfile/index.ts'
import { versionString, type ModuleVersion } from '../module/index.ts'
import { compare } from '../semver/index.ts'
import { OutdatedError, RequirementError } from './error.ts'
import type { MainModules, Summaries } from './main-modules.ts'
import { readSummary } from './read-summary.ts'
import { checkUpToDate, resolveGraph } from './resolve.ts'
import { isToolchainPath } from './version-order.ts'
import { summaryOf, toolchainSummary } from './summary.ts'
import { whySelected } from './why.ts'

/** go.mod files by `path@version`, in the short form `go VERSION; PATH VERSION; …`. */
type World = Readonly<Record<string, string>>

const modText = (path: string, text: string) =>
  [
    `module ${path}`,
    ...text.split('; ').map((line) => (/^(go|toolchain|exclude) /.test(line) ? line : line && `require ${line}`)),
  ].join('\n')

function mainOf(text: string, path = 'main.example'): MainModules {
  return { modules: [{ path, file: parse('go.mod', modText(path, text)) }], work: undefined }
}

/** Answers at once, or later; counts what it was asked. */
function summariesOf(world: World, { later = false } = {}): Summaries & { readonly asked: string[] } {
  const asked: string[] = []
  const find = (module: ModuleVersion) => {
    if (isToolchainPath(module.path)) return toolchainSummary(module)
    const text = world[versionString(module)]
    if (text === undefined) throw new Error(`no ${versionString(module)}`)
    return readSummary(modText(module.path, text))
  }
  return {
    asked,
    summary: (module) => {
      asked.push(versionString(module))
      return later ? Promise.resolve().then(() => find(module)) : find(module)
    },
  }
}

const names = (modules: readonly ModuleVersion[]) =>
  modules.map(versionString).filter((name) => !/^(go|toolchain)@/.test(name))

test('of each path the highest version is chosen that anything requires', async () => {
  const world = {
    'a@v1.0.0': 'c v1.1.0',
    'b@v1.0.0': 'c v1.2.0',
    'c@v1.0.0': '',
    'c@v1.1.0': 'd v1.5.0',
    'c@v1.2.0': '',
    'd@v1.5.0': '',
  }
  const mains = mainOf('go 1.16; a v1.0.0; b v1.0.0')
  for (const later of [false, true]) {
    const { graph } = await resolveGraph({ mains, summaries: summariesOf(world, { later }), mode: 'readonly' })
    // d stays, although only a version that was not chosen requires it.
    assert.deepEqual(names(graph.buildList()), ['main.example', 'a@v1.0.0', 'b@v1.0.0', 'c@v1.2.0', 'd@v1.5.0'])
  }
})

test('below a module that lists all it needs nothing is read, below an older one everything', async () => {
  const world = {
    'new@v1.0.0': 'go 1.17; far v1.0.0',
    'far@v1.0.0': 'go 1.17; further v1.0.0',
    'further@v1.0.0': '',
    'old@v1.0.0': 'go 1.16; below v1.0.0',
    'below@v1.0.0': 'go 1.17; deep v1.0.0',
    'deep@v1.0.0': 'go 1.17',
  }
  const pruned = summariesOf(world)
  const mains = mainOf('go 1.17; new v1.0.0; old v1.0.0')
  const { graph } = await resolveGraph({ mains, summaries: pruned, mode: 'readonly' })
  assert.equal(graph.selected('far'), 'v1.0.0')
  assert.equal(graph.selected('further'), 'none')
  const asked = pruned.asked.filter((name) => !name.startsWith('go@')).sort()
  assert.deepEqual(asked, ['below@v1.0.0', 'deep@v1.0.0', 'new@v1.0.0', 'old@v1.0.0'])

  const older = mainOf('go 1.16; new v1.0.0; old v1.0.0')
  const whole = await resolveGraph({ mains: older, summaries: summariesOf(world), mode: 'readonly' })
  assert.equal(whole.graph.selected('further'), 'v1.0.0')
})

test('requirements that run in circles end', async () => {
  const world = {
    'a@v1.0.0': 'b v1.0.0',
    'b@v1.0.0': 'a v1.1.0',
    'a@v1.1.0': 'b v1.0.0; main.example v1.0.0',
    'main.example@v1.0.0': 'a v1.0.0',
  }
  const { graph } = await resolveGraph({
    mains: mainOf('go 1.16; a v1.1.0'),
    summaries: summariesOf(world),
    mode: 'readonly',
  })
  assert.deepEqual(names(graph.buildList()), ['main.example', 'a@v1.1.0', 'b@v1.0.0'])
})

test('a go.mod that names a lower version than is chosen is refused, and named as it would be where it may change', async () => {
  const world = {
    'a@v1.0.0': 'go 1.17; b v1.1.0',
    'b@v1.0.0': 'go 1.17',
    'b@v1.1.0': 'go 1.17; c v1.0.0',
    'c@v1.0.0': 'go 1.17',
  }
  const mains = mainOf('go 1.17; a v1.0.0; b v1.0.0')
  await assert.rejects(resolveGraph({ mains, summaries: summariesOf(world), mode: 'readonly' }), (error) => {
    assert.ok(error instanceof OutdatedError)
    assert.deepEqual(error.changes, [{ path: 'b', from: 'v1.0.0', to: 'v1.1.0' }])
    return true
  })
  const { graph, requirements } = await resolveGraph({ mains, summaries: summariesOf(world), mode: 'mod' })
  assert.deepEqual(names(requirements.roots), ['a@v1.0.0', 'b@v1.1.0'])
  // The higher root brings in what was out of sight.
  assert.equal(graph.selected('c'), 'v1.0.0')
})

test('go and toolchain lines are nodes: a dependency that wants a newer go makes go.mod outdated', async () => {
  const world = { 'a@v1.0.0': 'go 1.22.0' }
  const mains = mainOf('go 1.21.0; a v1.0.0')
  await assert.rejects(resolveGraph({ mains, summaries: summariesOf(world), mode: 'readonly' }), OutdatedError)
  const { graph } = await resolveGraph({ mains, summaries: summariesOf(world), mode: 'mod' })
  assert.equal(graph.selected('go'), '1.22.0')
  assert.equal(graph.selected('toolchain'), 'go1.22.0')
})

test('lines that are only in vain are refused in a list, for go would take them out', async () => {
  const rows = ['go 1.21.0; toolchain go1.21.0', 'go 1.20; toolchain go1.20.5', 'go 1.21.0; a v1.0.0; exclude a v1.0.0']
  for (const text of rows) {
    const resolution = { mains: mainOf(text), summaries: summariesOf({}), mode: 'readonly' } as const
    const resolved = await resolveGraph(resolution)
    assert.throws(() => checkUpToDate(resolved, resolution), OutdatedError, text)
    assert.doesNotThrow(() => checkUpToDate(resolved, { ...resolution, mode: 'mod' }), text)
  }
  const fine = { mains: mainOf('go 1.21.0; toolchain go1.22.0'), summaries: summariesOf({}), mode: 'readonly' } as const
  const resolved = await resolveGraph(fine)
  assert.doesNotThrow(() => checkUpToDate(resolved, fine))
})

test('in a workspace what one module requires is read at the version that another one raised it to', async () => {
  const texts = { 'one.example': 'go 1.17; a v1.0.0', 'two.example': 'go 1.17; a v1.1.0' }
  const modules = Object.entries(texts).map(([path, text]) => ({ path, file: parse('go.mod', modText(path, text)) }))
  const mains = { modules, work: parseWork('go.work', 'go 1.20\nuse (\n./one\n./two\n)\n') }
  const world = summariesOf({
    'a@v1.0.0': 'go 1.17; b v1.0.0',
    'a@v1.1.0': 'go 1.17; b v1.1.0',
    'b@v1.0.0': 'go 1.17; c v1.0.0',
    'b@v1.1.0': 'go 1.17; c v1.1.0',
  })
  const summaries: Summaries = {
    summary: (module) =>
      module.path in texts ? summaryOf(modules.find(({ path }) => path === module.path)!.file) : world.summary(module),
  }
  const { graph } = await resolveGraph({ mains, summaries, mode: 'readonly' })
  assert.deepEqual(names(graph.buildList()), ['one.example', 'two.example', 'a@v1.1.0', 'b@v1.1.0', 'c@v1.1.0'])
})

test('a module that cannot be read is told with the shortest chain that leads to it', async () => {
  const world = { 'a@v1.0.0': 'b v1.0.0', 'b@v1.0.0': 'gone v1.0.0', 'c@v1.0.0': 'gone v1.0.0' }
  const mains = mainOf('go 1.16; a v1.0.0; c v1.0.0')
  for (const later of [false, true]) {
    await assert.rejects(
      resolveGraph({ mains, summaries: summariesOf(world, { later }), mode: 'readonly' }),
      (error) => {
        assert.ok(error instanceof RequirementError)
        assert.deepEqual(names(error.chain), ['main.example', 'c@v1.0.0', 'gone@v1.0.0'])
        assert.equal((error.cause as Error).message, 'no gone@v1.0.0')
        return true
      },
    )
  }
})

test('a choice is explained by the shortest chain, and by those who asked for less', async () => {
  const world = {
    'a@v1.0.0': 'b v1.0.0; c v1.1.0',
    'b@v1.0.0': 'c v1.2.0',
    'c@v1.0.0': '',
    'c@v1.1.0': '',
    'c@v1.2.0': '',
  }
  const mains = mainOf('go 1.16; a v1.0.0')
  const { graph } = await resolveGraph({ mains, summaries: summariesOf(world), mode: 'readonly' })
  const reason = whySelected(graph, 'c')
  assert.deepEqual(names(reason?.chain ?? []), ['main.example', 'a@v1.0.0', 'b@v1.0.0', 'c@v1.2.0'])
  assert.deepEqual(
    reason?.lower.map(({ version, requiredBy }) => [version, names(requiredBy)]),
    [['v1.1.0', ['a@v1.0.0']]],
  )
  assert.equal(whySelected(graph, 'd'), undefined)
})

/** Graphs from before pruning, where the rule is short enough to be written down again. */
test('without pruning, the build list is the highest reachable version of each path, and updated requirements keep it', async () => {
  const paths = ['a', 'b', 'c', 'd', 'e']
  const versions = ['v1.0.0', 'v1.1.0', 'v1.2.0']
  const all = paths.flatMap((path) => versions.map((version) => ({ path, version })))
  const requirement = fc.constantFrom(...all)
  const file = fc.uniqueArray(requirement, { maxLength: 3, selector: ({ path }) => path })
  const worlds = fc.tuple(file, fc.array(file, { minLength: all.length, maxLength: all.length }))
  const text = (list: readonly ModuleVersion[]) => list.map(({ path, version }) => `${path} ${version}`).join('; ')
  await fc.assert(
    fc.asyncProperty(worlds, async ([roots, files]) => {
      const world = Object.fromEntries(
        all.map((module, i) => [versionString(module), text(files[i]!.filter(({ path }) => path !== module.path))]),
      )
      const highest = new Map<string, string>()
      const queue = [...roots]
      const seen = new Set<string>()
      for (let module = queue.pop(); module; module = queue.pop()) {
        if (seen.has(versionString(module))) continue
        seen.add(versionString(module))
        if (compare(module.version, highest.get(module.path) ?? '') > 0) highest.set(module.path, module.version)
        queue.push(
          ...files[all.findIndex((each) => versionString(each) === versionString(module))]!.filter(
            ({ path }) => path !== module.path,
          ),
        )
      }
      const expected = [...highest].map(([path, version]) => `${path}@${version}`).sort()
      const mains = mainOf(`go 1.16; ${text(roots)}`)
      const { graph, requirements } = await resolveGraph({ mains, summaries: summariesOf(world), mode: 'mod' })
      assert.deepEqual(names(graph.buildList()).slice(1), expected)
      for (const { path, version } of requirements.roots) assert.equal(graph.selected(path), version)
    }),
    { numRuns: 300 },
  )
})
