import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { versionString, type ModuleVersion } from '@modgate/gomod/module'
import { testMachine } from '../config/test-machine.ts'
import { readMainProject } from './main-project.ts'
import { readAhead } from './read-ahead.ts'
import { replacementsOf } from './replacements.ts'
import { readSumBook } from './sum-book.ts'

type GoMods = (module: ModuleVersion) => string | undefined

/** A walk from a main module over go.mod files that come at once, before a database that never answers. */
async function walk(
  main: string,
  { remote, kept = () => undefined }: { readonly remote: GoMods; readonly kept?: GoMods },
) {
  const machine = testMachine({
    files: { '/work/go.mod': main, '/work/go.sum': 'summed.example v1.0.0/go.mod h1:AAA=\n' },
  })
  const project = await readMainProject(machine, { workFile: '', goMod: '/work/go.mod' })
  const asked: string[] = []
  const lookups: string[] = []
  const start = readAhead({
    ...{ machine, project, replacements: replacementsOf(project, machine) },
    sums: await readSumBook(machine, project.sumFiles),
    cache: { read: (request) => bytesOf(request.kind === 'mod' ? kept(request) : undefined) },
    network: async () => ({
      files: {
        ahead: async (module) => {
          asked.push(versionString(module))
          await turn()
          return bytesOf(remote(module))
        },
      },
      records: {
        lookup: (line) => {
          lookups.push(versionString(line))
          return new Promise(() => undefined)
        },
      },
    }),
  })
  return { asked, lookups, start }
}

const bytesOf = (text: string | undefined) => (text === undefined ? undefined : new TextEncoder().encode(text))

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn()
}

test('files and records of a whole graph are asked for before any of them is proved', async () => {
  const texts: Readonly<Record<string, string>> = {
    'old.example@v1.0.0': 'module old.example\nrequire (\nbelow.example v1.0.0\nout.example v1.0.0\n)\n',
    'below.example@v1.0.0': 'module below.example\ngo 1.22\nrequire deep.example v1.0.0\n',
    'deep.example@v1.0.0': 'module deep.example\ngo 1.22\n',
    'new.example@v1.0.0': 'module new.example\ngo 1.22\nrequire pruned.example v1.0.0\n',
    'summed.example@v1.0.0': 'module summed.example\ngo 1.22\n',
  }
  const main = [
    'module main.example',
    'go 1.22',
    'require (\nold.example v1.0.0\nnew.example v1.0.0\nsummed.example v1.0.0\nkept.example v1.0.0\n)',
    'exclude out.example v1.0.0',
  ].join('\n')
  const { asked, lookups, start } = await walk(main, {
    remote: (module) => texts[versionString(module)],
    kept: ({ path }) => (path === 'kept.example' ? 'module kept.example\ngo 1.22\n' : undefined),
  })
  const end = start()
  await turns(50)
  end()
  assert.deepEqual(asked.sort(), Object.keys(texts).sort())
  const unsummed = Object.keys(texts).filter((name) => !name.startsWith('summed'))
  assert.deepEqual(lookups.sort(), unsummed.map((name) => `${name}/go.mod`).sort())
})

test('nothing is walked where all was at hand', async () => {
  const main = 'module main.example\ngo 1.22\nrequire a.example v1.0.0\n'
  const { asked, start } = await walk(main, { remote: () => 'module a.example\n' })
  start()()
  await turns(20)
  assert.deepEqual(asked, [])
})

test('a proxy that makes up modules leads no further than to the end of the walk that believes', async () => {
  const main = 'module main.example\ngo 1.16\nrequire n.example/1 v1.0.0\n'
  const { asked, start } = await walk(main, {
    remote: ({ path }) => `module ${path}\nrequire n.example/${Number(path.split('/')[1]) + 1} v1.0.0\n`,
  })
  const end = start()
  while (asked.length < 10) await turn()
  end()
  await turns(5)
  const then = asked.length
  await turns(50)
  assert.equal(asked.length, then)
})
