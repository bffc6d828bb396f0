// What the gate's log tells people: the proved record of a version with its origin, and the index of what the gate serves.
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { newVerifier, open } from '@modgate/gomod/note'
import { checkRecord, parseHash, recordHash } from '@modgate/gomod/tlog'
import { runCommand } from './harness/command.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { corpusUpstream } from './harness/upstream.ts'

const name = 'gate.test/log'
const priv = 'private.example/team/secret'

async function gateOf(t: TestContext, more: readonly string[] = []): Promise<Gate> {
  const upstream = await corpusUpstream(t)
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', name],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`, ...more],
  ]
  return startGate(t, { flags })
}

const lookup = async ({ url }: Gate, module: string) =>
  assert.equal((await fetch(`${url}/sumdb/${name}/lookup/${module}`)).status, 200)

function show({ data }: Gate, args: readonly string[]) {
  const machine = { home: data, cwd: data, environment: { PATH: '/usr/bin:/bin' } }
  return runCommand(['log', 'show', '--data', data, ...args], machine)
}

test('log show proves a record while the gate runs, and says when, from where and for whom it came', async (t) => {
  const gate = await gateOf(t)
  await lookup(gate, 'hello.example/hello@v1.0.0')
  await lookup(gate, `${priv}@v1.0.0`)
  const shown = await show(gate, [`${priv}@v1.0.0`, '--json', '--proof', 'secret.tlog-proof'])
  assert.equal(shown.code, 0, shown.stderr)
  const { proof, tree, record, ...known } = JSON.parse(shown.stdout) as {
    readonly [key: string]: unknown
    readonly proof: readonly string[]
    readonly tree: { readonly size: number; readonly root: string }
    readonly record: readonly string[]
  }
  assert.deepEqual(
    [known['path'], known['version'], known['index'], known['client'], tree.size],
    [priv, 'v1.0.0', 1, '127.0.0.1', 2],
  )
  assert.match(String(known['source']), /^http:\/\/127\.0\.0\.1:/)
  assert.ok(Math.abs(Date.parse(String(known['appended'])) - Date.now()) < 600_000)
  const hash = recordHash(Buffer.from(`${record.join('\n')}\n`))
  checkRecord(proof.map(parseHash), { size: tree.size, hash: parseHash(tree.root) }, { n: 1, hash })
  const file = await readFile(join(gate.data, 'secret.tlog-proof'), 'utf8')
  const [head, checkpoint] = [file.slice(0, file.indexOf('\n\n')), file.slice(file.indexOf('\n\n') + 2)]
  assert.deepEqual(head.split('\n'), ['c2sp.org/tlog-proof@v1', 'index 1', ...proof])
  const key = await runCommand(['log', 'key', '--data', gate.data], { home: '/', cwd: '/', environment: {} })
  assert.equal(open(checkpoint, [newVerifier(key.stdout.trim())]).text, `${name}\n2\n${tree.root}\n`)
})

test('log show tells people the same, of a version that was only looked up too, and what is not there from damage', async (t) => {
  const gate = await gateOf(t)
  await lookup(gate, 'hello.example/hello@v1.0.0')
  const text = await show(gate, ['hello.example/hello@v1.0.0'])
  assert.match(
    text.stdout,
    /^hello\.example\/hello@v1\.0\.0 is record 0 of gate\.test\/log\n {2}hello\.example\/hello v1\.0\.0 h1:/,
  )
  assert.match(
    text.stdout,
    /^proved .* signed root \S+= of 1 record\nappended {4}20\d\d-.*Z\nfirst seen {2}none of its files/m,
  )
  const absent = await show(gate, ['hello.example/hello@v1.1.0'])
  assert.deepEqual([absent.code, absent.stdout], [1, ''])
  assert.match(absent.stderr, /no record of this version[^]*when a client first asks/)
  assert.equal((await show(gate, ['hello.example/hello'])).code, 2)
  const file = join(gate.data, 'modules/sumdb', name, 'lookup/hello.example/hello@v1.0.0')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/h1:..../, 'h1:AAAA'))
  const again = await show(gate, ['hello.example/hello@v1.0.0'])
  assert.equal(again.stdout, text.stdout, 'the file only says where to look')
  const records = join(gate.data, 'modules/sumdb', name, 'tile/8/data/000.p/1')
  await writeFile(records, (await readFile(records, 'utf8')).replace(/h1:..../, 'h1:AAAA'))
  const damaged = await show(gate, ['hello.example/hello@v1.0.0'])
  assert.equal(damaged.code, 1)
  assert.match(damaged.stderr, /does not hold its records/)
})

test('facts name the client that asked first, and nobody for what the gate fetched ahead', async (t) => {
  const gate = await gateOf(t)
  await (await fetch(`${gate.url}/graph.example/all/@v/v1.0.0.mod`)).text()
  const patience = AbortSignal.timeout(30_000)
  const factsOf = async (path: string, version: string): Promise<Record<string, { readonly client?: string }>> => {
    for (;;) {
      const text = await readFile(join(gate.data, 'modules', path, '@v', `${version}.entry`), 'utf8').catch(() => '')
      if (text !== '') return JSON.parse(text) as Record<string, { readonly client?: string }>
      await sleep(20, undefined, { signal: patience })
    }
  }
  assert.equal((await factsOf('graph.example/all', 'v1.0.0'))['mod']?.client, '127.0.0.1')
  assert.deepEqual(
    Object.values(await factsOf('hello.example/hello', 'v1.1.0')).map(({ client }) => client),
    [undefined],
  )
})

test('a commit is what the source says, in the form of one, without credentials', async (t) => {
  const gate = await gateOf(t)
  const info = await fetch(`${gate.url}/hello.example/hello/@v/v1.0.0.info`)
  assert.equal(info.status, 200)
  await lookup(gate, 'hello.example/hello@v1.0.0')
  const file = join(gate.data, 'modules/hello.example/hello/@v/v1.0.0.info')
  const hash = 'c'.repeat(40)
  const origin = { VCS: 'git', URL: 'https://me:secret@git.example/hello', Hash: hash, Ref: 'refs/tags/v1.0.0' }
  await writeFile(file, JSON.stringify({ ...((await info.json()) as object), Origin: origin }))
  const { stdout } = await show(gate, ['hello.example/hello@v1.0.0'])
  assert.match(stdout, new RegExp(`^commit      ${hash} refs/tags/v1\\.0\\.0 https://.*git\\.example/hello$`, 'm'))
  assert.doesNotMatch(stdout, /secret/)
  await writeFile(file, JSON.stringify({ Version: 'v1.0.0', Origin: { Hash: '\u001b[2J' } }))
  assert.doesNotMatch((await show(gate, ['hello.example/hello@v1.0.0'])).stdout, /commit|\u001b/)
})

test('the index has what the gate serves in the order in which it came, below the base path, and refuses what makes no sense', async (t) => {
  const gate = await gateOf(t, ['--base-path', '/go'])
  const modules = ['hello.example/hello@v1.0.0', `${priv}@v1.0.0`, 'hello.example/hello@v1.1.0']
  for (const module of modules) await lookup(gate, module)
  const ask = async (query: string) => {
    const response = await fetch(`${gate.url}/index${query}`)
    return { status: response.status, text: await response.text() }
  }
  const all = await ask('')
  const lines = all.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>)
  assert.deepEqual(lines.map(({ Path, Version }) => `${Path}@${Version}`), modules) // prettier-ignore
  const since = encodeURIComponent(lines[1]!['Timestamp']!)
  assert.equal((await ask(`?since=${since}&limit=1`)).text, `${all.text.split('\n')[1]}\n`)
  assert.equal((await ask('?since=2999-01-01T00:00:00Z')).text, '')
  const refused = await ask('?since=yesterday')
  assert.equal(refused.status, 400)
  assert.match(refused.text, /since is "yesterday", no time of RFC 3339[^]*since=2026/)
  assert.equal((await fetch(new URL('/index', gate.url))).status, 404)
})

test('lost times are said to be lost by the index, and do not keep log show from proving', async (t) => {
  const gate = await gateOf(t)
  await lookup(gate, 'hello.example/hello@v1.0.0')
  await gate.stop()
  await rm(join(gate.data, 'modules/sumdb', name, 'times'), { recursive: true })
  const { code, stdout } = await show(gate, ['hello.example/hello@v1.0.0'])
  assert.equal(code, 0)
  assert.match(stdout, /^appended {4}the time is lost$/m)
})
