import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { keyOf } from '@modgate/gomod/proxy'
import { serve } from '@modgate/gomod/sumdb'
import { testMachine } from '../config/test-machine.ts'
import { testGate, testRoot, type TestGate, type TestGateOptions } from '../gateway/test-gate.ts'
import { databaseKeys, databaseName, testDatabase, testModule, type TestModule } from '../gateway/test-world.ts'
import { runCommandLine } from './command-line.ts'

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  const code = await runCommandLine(['cache', ...args], streams, testMachine({ environment }))
  streams.stdout.end()
  streams.stderr.end()
  return { code, stdout: await text(streams.stdout), stderr: await text(streams.stderr) }
}

const keyFor = ({ path, version }: TestModule, kind: 'info' | 'mod' | 'zip') => keyOf({ kind, path, version })
const toml = await testModule({ path: 'a.example/Toml', content: randomBytes(3000) })
const tool = await testModule({ path: 'b.example/tool', version: 'v1.2.0' })
const newer = await testModule({ path: 'b.example/tool', version: 'v1.10.0' })
const all = [toml, tool, newer]

interface Kept {
  readonly gate: TestGate
  readonly root: string
  /** The settings of a gate on it. */
  readonly environment: Readonly<Record<string, string>>
}

/** A store with three entries, and the gate that filled it. */
async function kept(t: TestContext, options: TestGateOptions = {}): Promise<Kept> {
  const root = await testRoot(t)
  const gate = await testGate(t, { ...options, root })
  for (const module of all) {
    gate.origin.publish(module)
    gate.sumdb.record(module)
    for (const kind of ['info', 'mod', 'zip'] as const) await gate.get(keyFor(module, kind))
  }
  const environment = {
    MODGATE_DATA: root,
    MODGATE_SUMDB: databaseKeys.verifier,
    MODGATE_PRIVATE: options.private ?? '',
  }
  return { gate, root, environment }
}

describe('cache ls', () => {
  test('shows each entry by name and version, with its size, trust, source and times, and the sum', async (t) => {
    const { environment } = await kept(t)
    const { stdout, code } = await run(['ls'], environment)
    const lines = stdout.trimEnd().split('\n')
    const names = lines.map((line) => line.split(' ')[0])
    assert.deepEqual(names, ['MODULE', 'a.example/Toml@v1.0.0', 'b.example/tool@v1.2.0', 'b.example/tool@v1.10.0', '3'])
    assert.match(lines[1]!, / kB +info mod zip +record +\d{4}-.* https:\/\/upstream\.example$/)
    assert.match(lines[4]!, /^3 entries, /)
    assert.equal(code, 0)
  })

  for (const [args, want] of [
    [['b.example/*'], ['v1.2.0', 'v1.10.0']],
    [['b.example@v1.2.0'], ['v1.2.0']],
    [
      ['a.example', 'b.example/tool@v1.10.0'],
      ['v1.0.0', 'v1.10.0'],
    ],
    [['c.example'], []],
    [['--sort', 'size', 'a.example,b.example@v1.2.0'], ['v1.2.0']],
  ] as const) {
    test(`${args.join(' ')} chooses ${want.join(' and ') || 'nothing'}`, async (t) => {
      const { environment } = await kept(t)
      const { stdout } = await run(['ls', '--json', ...args], environment)
      const { entries, total } = JSON.parse(stdout) as { entries: { version: string; bytes: number }[]; total: object }
      assert.deepEqual(entries.map(({ version }) => version), want) // prettier-ignore
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      assert.deepEqual(total, { entries: want.length, bytes })
    })
  }
})

describe('cache rm', () => {
  test('removes one version, and says that it has to equal its record when it comes again', async (t) => {
    const { gate, environment } = await kept(t)
    const { stdout, code } = await run(['rm', 'b.example/tool@v1.2.0'], environment)
    assert.match(
      stdout,
      /^removed b\.example\/tool@v1\.2\.0 \(info, mod, zip; .*\n {2}next request: fetched again, and kept only if/,
    )
    assert.equal(code, 0)
    const left = (await gate.keys()).filter((key) => key.startsWith('b.example'))
    assert.deepEqual(
      left.toSorted(),
      (['info', 'mod', 'zip'] as const).map((kind) => keyFor(newer, kind)),
    )
    assert.ok((await gate.directory.lastRemoval()) > 0)
  })

  test('without a version removes all of exactly this module, its lists too', async (t) => {
    const { gate, root, environment } = await kept(t)
    gate.origin.replies.set('b.example/tool/@v/list', 'v1.2.0\n')
    await gate.get('b.example/tool/@v/list')
    await run(['rm', 'b.example/tool'], environment)
    assert.deepEqual((await gate.keys()).length, 3)
    assert.deepEqual(await readdir(join(root, 'modules', 'b.example')).catch(() => []), [])
  })

  test('keeps the first sight of a private module, so that other bytes are refused', async (t) => {
    const { gate, environment } = await kept(t, { private: 'a.example' })
    const { stdout } = await run(['rm', 'a.example/Toml'], environment)
    assert.match(stdout, /refused unless it equals what was first seen .* \(h1:/)
    gate.origin.publish(await testModule({ path: 'a.example/Toml', content: 'package other\n' }))
    const again = await testGate(t, { root: gate.directory.root, world: gate, private: 'a.example' })
    assert.equal((await again.refusal(keyFor(toml, 'zip'))).code, 'checksum-mismatch')
  })

  test('--forget drops it with a warning, also for a gate that runs', async (t) => {
    const { gate, environment } = await kept(t, { private: 'a.example' })
    await run(['rm', 'a.example/Toml'], environment)
    const { stdout, stderr } = await run(['rm', 'a.example/Toml', '--forget'], environment)
    assert.match(stdout, /its files had gone before.*\n.*whatever comes then is believed/)
    assert.match(stderr, /warning: the first sight of a\.example\/Toml@v1\.0\.0 is forgotten/)
    const other = await testModule({ path: 'a.example/Toml', content: 'package other\n' })
    gate.origin.publish(other)
    gate.gateway.dropMemory()
    assert.deepEqual((await gate.get(keyFor(other, 'zip'))).bytes, Buffer.from(other.zip))
  })

  test('what is not kept is said, and ends with 1', async (t) => {
    const { environment } = await kept(t)
    const { code, stderr } = await run(['rm', 'c.example/x'], environment)
    assert.match(stderr, /c\.example\/x: nothing of it is kept/)
    assert.equal(code, 1)
  })
})

describe('cache gc', () => {
  test('brings the store below a limit, the longest not asked first, and tidies up', async (t) => {
    const { gate, root, environment } = await kept(t)
    const big = await testModule({ path: 'big.example/m', content: randomBytes(1 << 20) })
    gate.origin.publish(big)
    gate.sumdb.record(big)
    await gate.get(keyFor(big, 'zip'))
    const long = new Date(Date.now() - 40 * 24 * 3600_000)
    for (const suffix of ['zip', 'entry'])
      await utimes(join(root, 'modules', `big.example/m/@v/v1.0.0.${suffix}`), long, long)
    await rm(join(root, 'modules', keyFor(tool, 'zip')))
    for (const kind of ['info', 'mod'] as const) await rm(join(root, 'modules', keyFor(tool, kind)))
    await mkdir(join(root, 'modules', 'empty.example', 'm'), { recursive: true })
    await mkdir(join(root, 'quarantine', 'old'), { recursive: true })
    await mkdir(join(root, 'quarantine', 'new'))
    await utimes(join(root, 'quarantine', 'old'), long, long)
    const { stdout, code } = await run(['gc', '--cache-size', '1MB', '--json'], environment)
    const { bytes, evictedBytes, mirrors, ...counts } = JSON.parse(stdout) as Record<string, number>
    assert.deepEqual(mirrors, { evicted: 0, evictedBytes: 0, bytes: 0 })
    assert.deepEqual(counts, { evicted: 1, orphans: 1, directories: 2, evidence: 1 })
    assert.equal(evictedBytes, big.zip.byteLength)
    assert.ok(bytes! < 1e6)
    assert.equal((await gate.keys()).length, 6)
    assert.deepEqual(await readdir(join(root, 'quarantine')), ['new'])
    assert.equal(code, 0)
  })
})

describe('cache verify', () => {
  test('a sound store is sound', async (t) => {
    const { environment } = await kept(t)
    const { code, stdout } = await run(['verify'], environment)
    assert.match(stdout, /^verified 9 files, .*: 0 damaged\n$/)
    assert.equal(code, 0)
  })

  test('damage of every kind is found, set aside and told, and ends with 1', async (t) => {
    const { gate, root, environment } = await kept(t)
    const path = (module: TestModule, kind: 'info' | 'mod' | 'zip') => join(root, 'modules', keyFor(module, kind))
    await writeFile(path(toml, 'mod'), 'module a.example/Evil\n')
    await truncate(path(tool, 'zip'), 100)
    const zip = await readFile(path(newer, 'zip'))
    zip[zip.length >> 1]! ^= 1
    await writeFile(path(newer, 'zip'), zip)
    await writeFile(path(tool, 'info'), '<html>')
    const { code, stdout } = await run(['verify', '--json'], environment)
    const { damaged, files } = JSON.parse(stdout) as { damaged: { file: string }[]; files: number }
    assert.deepEqual(damaged.map(({ file }) => file).toSorted(), [
      'a.example/Toml@v1.0.0 (mod)',
      'b.example/tool@v1.10.0 (zip)',
      'b.example/tool@v1.2.0 (info)',
      'b.example/tool@v1.2.0 (zip)',
    ])
    assert.equal(files, 9)
    assert.equal(code, 1)
    assert.equal((await gate.keys()).length, 5)
    assert.equal((await gate.evidence()).length, 4)
    assert.equal((await run(['verify'], environment)).code, 0)
  })

  test('a file whose facts were changed with it is still caught by the kept record', async (t) => {
    const { root, environment } = await kept(t)
    const { hashGoMod } = await import('@modgate/gomod/dirhash')
    const evil = Buffer.from('module a.example/Evil\n')
    const entry = join(root, 'modules', keyFor(toml, 'mod').replace(/mod$/, 'entry'))
    const facts = JSON.parse(await readFile(entry, 'utf8')) as { mod: { hash: string; size: number } }
    Object.assign(facts.mod, { hash: hashGoMod(evil), size: evil.length })
    await writeFile(entry, JSON.stringify(facts))
    await writeFile(join(root, 'modules', keyFor(toml, 'mod')), evil)
    const { stdout, code } = await run(['verify'], environment)
    assert.match(
      stdout,
      /^damaged a\.example\/Toml@v1\.0\.0 \(mod\): has h1:.*, but the record of sum\.example has h1:/,
    )
    assert.equal(code, 1)
  })
})

/** A module cache of go's, and a checksum database that answers over HTTP. */
async function moduleCache(t: TestContext, modules: readonly TestModule[]) {
  const cache = await mkdtemp(join(tmpdir(), 'modgate-modcache-'))
  t.after(() => rm(cache, { recursive: true, force: true }))
  const sumdb = testDatabase()
  for (const module of modules) {
    sumdb.record(module)
    for (const kind of ['info', 'mod', 'zip'] as const) {
      const path = join(cache, 'cache', 'download', keyFor(module, kind))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, module[kind])
    }
  }
  await mkdir(join(cache, 'cache', 'download', 'odd.example'), { recursive: true })
  await writeFile(join(cache, 'cache', 'download', 'odd.example', 'odd'), '')
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    void serve(sumdb.server, (request.url ?? '').replace(`/sumdb/${databaseName}`, '')).then(({ status, body }) =>
      response.writeHead(status).end(body),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const data = await testRoot(t)
  const flags = ['--upstream', 'off', '--sumdb', `${databaseKeys.verifier} ${url}`, '--data', data]
  return { cache, asked, data, flags, files: async () => (await readdir(cache, { recursive: true })).toSorted() }
}

describe('cache adopt', () => {
  test('takes in what the database confirms, once, and a gate answers from it', async (t) => {
    const { cache, data, flags, files } = await moduleCache(t, all)
    const before = await files()
    const { stdout, code } = await run(['adopt', cache, ...flags])
    assert.match(stdout, /^adopted 9 files \(.*\), 0 were here already, 0 refused\n$/)
    assert.equal(code, 0)
    assert.match(
      (await run(['adopt', join(cache, 'cache', 'download'), ...flags])).stdout,
      /adopted 0 files.* 9 were here already/,
    )
    assert.deepEqual(await files(), before)
    const gate = await testGate(t, { root: data, offline: true })
    assert.deepEqual((await gate.get(keyFor(toml, 'zip'))).bytes, Buffer.from(toml.zip))
  })

  test('refuses what is not what was published, and says why', async (t) => {
    const { cache, data, flags } = await moduleCache(t, all)
    const path = join(cache, 'cache', 'download', keyFor(tool, 'zip'))
    await writeFile(path, toml.zip)
    const { stdout, code } = await run(['adopt', cache, ...flags])
    assert.match(stdout, /^refused b\.example\/tool@v1\.2\.0 \(zip\): zip-invalid: /)
    assert.match(stdout, /adopted 8 files .* 1 refused/)
    assert.equal(code, 1)
    const gate = await testGate(t, { root: data })
    assert.ok(!(await gate.keys()).includes(keyFor(tool, 'zip')))
  })

  test('asks no database about names that are private here, or for go', async (t) => {
    const { cache, asked, flags } = await moduleCache(t, all)
    const env = { GONOSUMDB: 'b.example' }
    const { stdout, code } = await run(['adopt', cache, '--private', 'a.example', ...flags], env)
    assert.match(stdout, /adopted 3 files .* 6 refused\n {2}private-at-database: 6 /)
    assert.equal(code, 1)
    assert.deepEqual(asked.filter((url) => url.includes('/lookup/')), []) // prettier-ignore
  })

  test('a directory that is no module cache is refused', async (t) => {
    const { data, flags } = await moduleCache(t, [])
    const { stderr, code } = await run(['adopt', dirname(data), ...flags])
    assert.match(stderr, /is no Go module cache/)
    assert.equal(code, 2)
  })
})

describe('a foreign or absent directory', () => {
  for (const args of [['ls'], ['rm', 'a.example/b'], ['gc'], ['verify']]) {
    test(`is refused by cache ${args[0]} in one line, and left as it is`, async (t) => {
      const root = await mkdtemp(join(tmpdir(), 'modgate-foreign-'))
      t.after(() => rm(root, { recursive: true, force: true }))
      await writeFile(join(root, 'holiday.jpg'), 'x')
      const foreign = await run(args, { MODGATE_DATA: root })
      assert.match(
        foreign.stderr,
        /^modgate: data directory .*: holds files that are not modgate's \(holiday\.jpg\).*\n {2}next: .*\n$/,
      )
      assert.equal(foreign.code, 2)
      assert.deepEqual(await readdir(root), ['holiday.jpg'])
      const absent = await run(args, { MODGATE_DATA: join(root, 'nope') })
      assert.match(absent.stderr, /is not there/)
      assert.equal(absent.code, 2)
    })
  }
})
