import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testMachine } from '../config/test-machine.ts'
import { Failure } from '../core/failure.ts'
import { buildMode } from './build-mode.ts'
import { readMainProject } from './main-project.ts'

const vendored = { '/work/vendor/modules.txt': '# a.example v1.0.0\n## explicit\n' }
const forWorkspace = { '/work/vendor/modules.txt': '## workspace\n# a.example v1.0.0\n' }
const mod = (goLine: string) => ({ '/work/go.mod': `module main.example\n${goLine}\n` })
const work = { '/work/go.work': 'go 1.22\nuse .\n', ...mod('go 1.22') }

async function modeOf(files: Readonly<Record<string, string>>, flag?: string) {
  const machine = testMachine({ files })
  const workFile = '/work/go.work' in files ? '/work/go.work' : ''
  return buildMode(machine, await readMainProject(machine, { workFile, goMod: '/work/go.mod' }), flag)
}

test('a vendor directory counts by itself from go 1.14 on, where it was made for what stands here', async () => {
  const rows = [
    [mod('go 1.22'), 'readonly'],
    [{ ...mod('go 1.22'), ...vendored }, 'vendor'],
    [{ ...mod('go 1.13'), ...vendored }, 'readonly'],
    [{ ...mod(''), ...vendored }, 'readonly'],
    [{ ...mod('go 1.22'), ...forWorkspace }, 'readonly'],
    [{ ...work, ...vendored }, 'readonly'],
    [{ ...work, ...forWorkspace }, 'vendor'],
  ] as const
  for (const [files, mode] of rows)
    assert.deepEqual(await modeOf(files), { mode, isExplicit: false }, JSON.stringify(files))
})

test('a flag counts more than a directory, and has to be a mode that the project can have', async () => {
  assert.deepEqual(await modeOf({ ...mod('go 1.22'), ...vendored }, 'mod'), { mode: 'mod', isExplicit: true })
  const refused = (error: unknown) => error instanceof Failure && error.code === 'configuration'
  await assert.rejects(modeOf(mod('go 1.22'), 'write'), refused)
  await assert.rejects(modeOf(work, 'mod'), refused)
})
