import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)

/** The ranks held against a small house of made-up files; standard output whatever the verdict. */
async function verdict(files: Readonly<Record<string, string>>): Promise<{ code: number; output: string }> {
  const directory = await mkdtemp(join(root, 'node_modules/.cache/ranks-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true })
      await writeFile(join(directory, path), text)
    }
    const args = [...process.execArgv, join(root, 'tools/ranks.ts'), '--base', directory, 'packages']
    return await run(process.execPath, args, { cwd: root }).then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      (error: unknown) => {
        const { code, stdout } = error as { code: number; stdout: string }
        return { code, output: stdout }
      },
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Enough rooms that the run counts as one that has read something. */
const house = Object.fromEntries(
  Array.from({ length: 12 }, (_, i) => [`packages/modgate/src/core/part-${i}.ts`, `export const part${i} = ${i}\n`]),
)

test('a house in order passes', async () => {
  const { code, output } = await verdict({
    ...house,
    'packages/modgate/src/http/server.ts': "export { part1 } from '../core/part-1.ts'\n",
  })
  assert.equal(code, 0, output)
})

const breaches: readonly (readonly [claim: string, rule: RegExp, files: Readonly<Record<string, string>>])[] = [
  [
    'an import that points up',
    /rank-modgate-core/,
    {
      'packages/modgate/src/core/up.ts': "export { down } from '../http/down.ts'\n",
      'packages/modgate/src/http/down.ts': 'export const down = 1\n',
    },
  ],
  [
    'input and output in the rules of Go modules',
    /gomod-is-pure/,
    { 'packages/gomod/src/semver/disk.ts': "export { readFileSync } from 'node:fs'\n" },
  ],
  [
    'a circle',
    /no-circular/,
    {
      'packages/modgate/src/core/a.ts': "import './b.ts'\nexport const a = 1\n",
      'packages/modgate/src/core/b.ts': "import './a.ts'\nexport const b = 1\n",
    },
  ],
]

for (const [claim, rule, files] of breaches) {
  test(`${claim} fails the build`, async () => {
    const { code, output } = await verdict({ ...house, ...files })
    assert.equal(code, 1)
    assert.match(output, rule)
  })
}

test('a run that reads no module fails: it has checked nothing', async () => {
  const { code, output } = await verdict({ 'packages/README.md': 'empty\n' })
  assert.equal(code, 1)
  assert.match(output, /checked nothing/)
})
