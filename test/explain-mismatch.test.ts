// `modgate explain --mismatch`: the real go runs into a mismatch, and the verdict names the one who is wrong.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { requireComponent } from './harness/components.ts'
import { status, tamperedZip } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const run = promisify(execFile)
const path = 'hello.example/hello'
const files = {
  'go.mod': `module main.example\n\ngo 1.20\n\nrequire ${path} v1.0.0\n`,
  'main.go': `package main\n\nimport "${path}"\n\nfunc main() { println(hello.Hello()) }\n`,
}

interface World {
  readonly upstream: Upstream
  readonly client: GoClient
  /** Where the module cache has the version's files. */
  readonly cached: (kind: string) => string
  readonly explain: (flags?: readonly string[]) => Promise<{ code: number; text: string }>
}

/** A client that has built once, so that go.sum, cache and database agree. */
async function world(t: TestContext, env: Readonly<Record<string, string>> = {}): Promise<World | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t)
  const client = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files })
  Object.assign(client.env, env)
  const built = await client.run(['build', '-mod=mod', '-o', '/dev/null', '.'])
  assert.equal(built.code, 0, built.stderr)
  const cached = (kind: string) => join(client.env['GOMODCACHE']!, 'cache/download', path, '@v', `v1.0.0.${kind}`)
  const explain = async (flags: readonly string[] = []) => {
    const argv = [...modgate, 'explain', '--mismatch', ...flags, `${path}@v1.0.0`]
    const { code, stdout, stderr } = await ownProcess(t, argv, { cwd: client.directory, env: client.env }).ended
    return { code: Number(code), text: stdout + stderr }
  }
  return { upstream, client, cached, explain }
}

/** The build fails with a mismatch, or works. */
async function builds(client: GoClient): Promise<boolean> {
  const { code } = await client.run(['build', '-o', '/dev/null', '.'])
  const verified = await client.run(['mod', 'verify'])
  return code === 0 && verified.code === 0
}

const unpacked = (client: GoClient) => join(client.env['GOMODCACHE']!, `${path}@v1.0.0`)

test('where all agree nothing is wrong, and it says so', async (t) => {
  const made = await world(t)
  if (!made) return
  const { code, text } = await made.explain()
  assert.equal(code, 0, text)
  assert.match(text, /everybody who knows the version says the same/)
  for (const witness of ['go.sum', 'database', 'proxy', 'cache', 'ziphash', 'directory']) {
    assert.match(text, new RegExp(`✓ ${witness} +h1:`), witness)
  }
})

test('a damaged zip in the module cache is named, and the command that is printed heals it', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, cached, explain } = made
  const zip = await readFile(cached('zip'))
  zip[zip.length >> 1]! ^= 1
  await run('chmod', ['-R', 'u+w', client.env['GOMODCACHE']!])
  await writeFile(cached('zip'), zip)
  assert.ok(!(await builds(client)))
  const { code, text } = await explain()
  assert.equal(code, 1)
  assert.match(text, /the zip in the module cache is damaged/)
  const remove = /remove this version alone: (.*)/.exec(text)![1]!
  await run('sh', ['-c', remove])
  assert.equal((await client.run(['mod', 'download'])).code, 0)
  assert.ok(await builds(client))
})

test('an edited directory in the module cache is named', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, explain } = made
  await appendFile(join(unpacked(client), 'hello.go'), '\n// edited\n')
  assert.ok(!(await builds(client)))
  const { code, text } = await explain()
  assert.equal(code, 1)
  assert.match(text, /unpacked directory in the module cache was edited/)
  await run('sh', ['-c', /remove the directory: (.*)/.exec(text)![1]!])
  assert.equal((await client.run(['mod', 'download'])).code, 0)
  assert.ok(await builds(client))
})

test('an edited go.sum is named, with its line', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, explain } = made
  const sum = await readFile(join(client.directory, 'go.sum'), 'utf8')
  await client.write({ 'go.sum': sum.replace(/(v1\.0\.0 h1:)..../, '$1AAAA') })
  assert.ok(!(await builds(client)))
  const { code, text } = await explain()
  assert.equal(code, 1)
  assert.match(text, /the line in go\.sum is the one that is wrong/)
  assert.match(text, /✗ go\.sum +h1:AAAA/)
  assert.match(text, /go\.sum, line 1 and 2/)
  assert.match(text, /Not so: GOSUMDB=off does not help/)
})

test('a proxy that gives something else is named, with the file that differs', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, upstream, explain } = made
  upstream.fault(`*${path}/@v/v1.0.0.zip`, tamperedZip(upstream.corpus.find(path, 'v1.0.0')!.entries))
  await client.forget()
  assert.ok(!(await builds(client)))
  Object.assign(client.env, { GOMODCACHE: join(client.directory, '../empty') })
  const { code, text } = await explain()
  assert.equal(code, 1)
  assert.match(text, /a proxy gives something else than what is recorded/)
  assert.match(text, new RegExp(`✗ proxy +h1:.*\n +${upstream.url}`))
  const json = JSON.parse((await explain(['--json'])).text) as { class: string; suspects: string[] }
  assert.deepEqual([json.class, json.suspects], ['lying-proxy', [`${upstream.url}/`]])
})

test('with a sound copy in the cache the files are compared, whoever is wrong', async (t) => {
  const made = await world(t)
  if (!made) return
  const { upstream, explain } = made
  upstream.fault(`*${path}/@v/v1.0.0.zip`, tamperedZip(upstream.corpus.find(path, 'v1.0.0')!.entries))
  const { text } = await explain()
  assert.match(text, /changed:\n +hello\.go \(\d+ and \d+ bytes\)/)
})

test('without a database go.sum and the proxy are two sources, and neither is called wrong', async (t) => {
  const made = await world(t, { GOSUMDB: 'off' })
  if (!made) return
  const { client, upstream, explain } = made
  upstream.fault(`*${path}/@v/v1.0.0.zip`, tamperedZip(upstream.corpus.find(path, 'v1.0.0')!.entries))
  await client.forget()
  const { code, text } = await explain()
  assert.equal(code, 1)
  assert.match(text, /go\.sum and the source each have a hash of their own/)
  assert.match(text, /not asked: GOSUMDB=off/)
})

test('a proxy that refuses is no witness, and its own words are shown', async (t) => {
  const made = await world(t)
  if (!made) return
  made.upstream.fault(`*${path}/*`, status(403, 'blocked by rule 7'))
  const { code, text } = await made.explain()
  assert.equal(code, 0)
  assert.match(text, /proxy +not known: the upstream answered 403: blocked by rule 7/)
})

test('nobody is asked whom the go command would not ask', async (t) => {
  const made = await world(t)
  if (!made) return
  const { client, upstream, explain } = made
  Object.assign(client.env, { GOPRIVATE: 'hello.example' })
  upstream.forget()
  const { text } = await explain()
  assert.equal(upstream.count('*'), 0)
  assert.match(text, /not asked: GONOSUMDB has hello\.example/)
})

test('a tag that was moved is seen in the repository itself', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'git')) === undefined) return
  const root = await temporaryDirectory(t)
  const module = 'git.example/team/lib.git'
  const repository = join(root, 'lib')
  const git = (...args: readonly string[]) =>
    run('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args])
  await mkdir(repository)
  await writeFiles(repository, { 'go.mod': `module ${module}\n`, 'lib.go': 'package lib\n' })
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'one')
  await git('tag', 'v1.0.0')
  const client = await goClient(t, {
    ...{ toolchain, proxy: 'direct', sumdb: 'off' },
    files: { 'go.mod': `module main.example\n\ngo 1.20\n\nrequire ${module} v1.0.0\n` },
  })
  const gitConfig = join(root, 'gitconfig')
  await writeFile(gitConfig, `[url "file://${repository}"]\n\tinsteadOf = https://git.example/team/lib\n`)
  Object.assign(client.env, { GIT_CONFIG_GLOBAL: gitConfig, GIT_CONFIG_NOSYSTEM: '1' })
  const download = await client.run(['mod', 'download', '-json', `${module}@v1.0.0`])
  assert.equal(download.code, 0, download.stdout + download.stderr)
  const { Sum } = JSON.parse(download.stdout) as { Sum: string }
  await client.write({ 'go.sum': `${module} v1.0.0 ${Sum}\n` })
  await writeFiles(repository, { 'lib.go': 'package lib // moved\n' })
  await git('commit', '--quiet', '-a', '-m', 'two')
  await git('tag', '--force', 'v1.0.0')
  const argv = [...modgate, 'explain', '--mismatch', '--origin', `${module}@v1.0.0`]
  const { code, stdout, stderr } = await ownProcess(t, argv, { cwd: client.directory, env: client.env }).ended
  assert.equal(code, 1, stdout + stderr)
  assert.match(stdout, /the tag was moved after the version was published/)
  assert.match(stdout, /changed:\n +lib\.go \(12 and 21 bytes\)/)
})

test('what is no module version is refused with an example', async (t) => {
  for (const target of ['hello.example/hello', 'hello@v1', '@', `${path}@latest`]) {
    const ended = await ownProcess(t, [...modgate, 'explain', '--mismatch', target], {
      cwd: '/',
      env: { PATH: '/bin', HOME: '/' },
    }).ended
    assert.equal(ended.code, 2)
    assert.match(ended.stderr, /modgate explain --mismatch example\.com\/lib@v1\.0\.0/)
  }
})
