// `modgate verify --cache`: whatever go mod verify finds is found, and the file is named.
import assert from 'node:assert/strict'
import { appendFile, copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { hangBeforeHead } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { corpusUpstream } from './harness/upstream.ts'

const goMod =
  'module main.example\n\ngo 1.20\n\nrequire hello.example/hello v1.1.0\n\nrequire big.example/blob v1.0.0\n'

/** Somebody whose module cache is full, and whose network is gone. */
async function person(t: TestContext): Promise<GoClient | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t)
  const files = { 'go.mod': goMod }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  // A graph is drawn by go, a cache is filled by go: what is checked is not ours.
  const filled = await go.run(['mod', 'download', 'all'])
  assert.equal(filled.code, 0, filled.stderr)
  await upstream.stop()
  return go
}

function verified({ env, directory }: GoClient, ...args: readonly string[]) {
  return runCommand(['verify', '--cache', ...args], { home: env['HOME']!, cwd: directory, environment: env })
}

test('an untouched cache agrees, without a network', async (t) => {
  const go = await person(t)
  if (go === undefined) return
  const { code, stdout, stderr } = await verified(go)
  assert.deepEqual([code, stderr], [0, ''])
  assert.match(stdout, /^2 modules in .*: 6\.3 MB of zips, 2 unpacked\nall agree\n$/)
})

interface Change {
  readonly claim: string
  readonly change: (places: { readonly tree: string; readonly downloads: string }) => Promise<void>
  readonly said: RegExp
}

const changes: readonly Change[] = [
  {
    claim: 'a changed file',
    change: ({ tree }) => appendFile(join(tree, 'hello.go'), '// more\n'),
    said: /^hello[.]example\/hello@v1[.]1[.]0: changed: hello[.]go$/m,
  },
  {
    claim: 'a missing file',
    change: ({ tree }) => rm(join(tree, 'hello.go')),
    said: /^hello[.]example\/hello@v1[.]1[.]0: missing: hello[.]go$/m,
  },
  {
    claim: 'one file too many',
    change: ({ tree }) => writeFile(join(tree, 'evil.go'), 'package hello\n'),
    said: /^hello[.]example\/hello@v1[.]1[.]0: extra: evil[.]go$/m,
  },
  {
    claim: 'the zip of another version',
    change: ({ downloads }) => copyFile(join(downloads, '../../../big.example/blob/@v/v1.0.0.zip'), join(downloads, 'v1.1.0.zip')),
    said: /^hello[.]example\/hello@v1[.]1[.]0: zip: .*unexpected file/m,
  },
  {
    claim: 'a zip that is cut off',
    change: async ({ downloads }) => {
      const zip = join(downloads, 'v1.1.0.zip')
      await writeFile(zip, (await readFile(zip)).subarray(0, 100))
    },
    said: /^hello[.]example\/hello@v1[.]1[.]0: zip: /m,
  },
] // prettier-ignore

for (const { claim, change, said } of changes) {
  test(`${claim} is found and named`, async (t) => {
    const go = await person(t)
    if (go === undefined) return
    const mod = go.env['GOMODCACHE']!
    await change({
      tree: join(mod, 'hello.example/hello@v1.1.0'),
      downloads: join(mod, 'cache/download/hello.example/hello/@v'),
    })
    const judge = await go.run(['mod', 'verify'])
    assert.notEqual(judge.code, 0, judge.stdout)
    const { code, stdout, stderr } = await verified(go)
    assert.deepEqual([code, stderr], [1, ''])
    assert.match(stdout, said)
    assert.match(stdout, /^1 do not agree$/m)
    const { modules } = JSON.parse((await verified(go, '--json')).stdout) as {
      readonly modules: readonly { readonly path: string; readonly fault?: string; readonly differences: readonly unknown[] }[]
    }
    const bad = modules.filter(({ fault, differences }) => fault !== undefined || differences.length > 0)
    assert.deepEqual(bad.map(({ path }) => path), ['hello.example/hello'])
  }) // prettier-ignore
}

test('a zip that is not what go.sum has recorded is found, whatever the hash beside it says', async (t) => {
  const go = await person(t)
  if (go === undefined) return
  const line = 'hello.example/hello v1.1.0 h1:'
  const sums = await readFile(join(go.directory, 'go.sum'), 'utf8')
  assert.ok(sums.includes(line))
  // As if the cache were consistent, and not what the project has recorded.
  await go.write({ 'go.sum': sums.replace(/(hello[.]example\/hello v1[.]1[.]0 h1:)./, '$1_') })
  const { code, stdout } = await verified(go)
  assert.equal(code, 1)
  assert.match(stdout, /^hello[.]example\/hello@v1[.]1[.]0: zip: it hashes to h1:.*, and go[.]sum has h1:_/m)
})

test('Ctrl-C ends a verification at once, also one that waits for a database, and tells how far it has come', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const upstream = await corpusUpstream(t)
  const files = { 'go.mod': goMod }
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  assert.equal((await go.run(['mod', 'download', 'all'])).code, 0)
  const sums = (await readFile(join(go.directory, 'go.sum'), 'utf8')).split('\n')
  const ofGoMods = sums.filter((line) => line.includes('/go.mod '))
  await writeFile(join(go.directory, 'go.sum'), `${ofGoMods.join('\n')}\n`)
  // Neither what go has kept of the database, nor an answer of it.
  await rm(join(go.env['GOMODCACHE']!, 'cache/download/sumdb'), { recursive: true })
  upstream.forget()
  upstream.fault('*lookup*', hangBeforeHead())
  const child = ownProcess(t, [...modgate, 'verify', '--cache'], { cwd: go.directory, env: go.env })
  const over = child.ended.then(() => true)
  while (upstream.count('*lookup*') === 0 && !(await Promise.race([over, sleep(10)]))) continue
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.ended
  assert.deepEqual([code, stdout], [130, ''], stderr)
  assert.match(stderr, /modgate: stopped: (\d of 2 modules looked at|the modules of the build were not known yet)/)
})
