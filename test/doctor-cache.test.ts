// Damage in a module cache that the real go has filled: what `doctor` says of it, what the real go says, and whether the removal that
// is proposed, and nothing more, heals it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, copyFile, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { thisMachine } from '../packages/modgate/src/config/machine.ts'
import { cacheChecks } from '../packages/modgate/src/inspect/doctor/cache-checks.ts'
import type { DoctorEvidence } from '../packages/modgate/src/inspect/doctor/evidence.ts'
import { readGoEnvironment } from '../packages/modgate/src/inspect/evidence/go-environment.ts'
import { collectCache, type CacheOptions } from '../packages/modgate/src/inspect/evidence/module-cache.ts'
import { readProject } from '../packages/modgate/src/inspect/evidence/project.ts'
import type { Finding } from '../packages/modgate/src/inspect/finding.ts'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const program = {
  'go.mod': 'module main.example\n\ngo 1.20\n\nrequire hello.example/hello v1.0.0\n',
  'main.go': 'package main\n\nimport _ "hello.example/hello"\n\nfunc main() {}\n',
}

interface World {
  readonly go: GoClient
  readonly upstream: Upstream
  readonly cache: string
  /** The path of a file of hello v1.0.0 in the cache. */
  readonly file: (ending: string) => string
  readonly look: (options?: Partial<CacheOptions>) => Promise<DoctorEvidence>
}

/** A project that is built, with a cache that holds what it needs. */
async function built(t: TestContext, more: readonly string[] = []): Promise<World | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t, { corpus: loadCorpus(more) })
  const go = await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files: program })
  const tidy = await go.run(['mod', 'tidy'])
  assert.equal(tidy.code, 0, tidy.stderr)
  const cache = go.env['GOMODCACHE']!
  return {
    go,
    upstream,
    cache,
    file: (ending) => join(cache, 'cache/download/hello.example/hello/@v', `v1.0.0.${ending}`),
    look: async (options = {}) => {
      const machine = { ...thisMachine(), environment: go.env, cwd: go.directory, home: go.env['HOME']! }
      const evidence = await readGoEnvironment(machine)
      const project = await readProject(machine)
      return { go: evidence, cache: await collectCache(evidence, project, { machine, ...options }) }
    },
  }
}

function findings(evidence: DoctorEvidence): readonly Omit<Finding, 'group'>[] {
  return cacheChecks.flatMap((check) => (check.find(evidence) ?? []).map((found) => ({ id: check.id, ...found })))
}

const idsOf = (evidence: DoctorEvidence) => findings(evidence).map(({ id }) => id)
const unpacked = ({ cache }: World) => join(cache, 'hello.example/hello@v1.0.0')

/** What is done to the cache, the check that names it, and what the real go says of it. */
interface Row {
  readonly damage: (world: World) => Promise<unknown>
  readonly id: string
  readonly go: readonly string[]
  readonly says: RegExp
  readonly deep?: boolean
}

const rows: Readonly<Record<string, Row>> = {
  'a bit of the zip has turned over': {
    damage: ({ file }) => flipped(file('zip')),
    id: 'MG0601',
    go: ['mod', 'verify'],
    says: /hello\.example\/hello v1\.0\.0: (zip has been modified|zip: checksum error)/,
  },
  'the zip was cut, and is not unpacked yet': {
    damage: async (world) => {
      await truncate(world.file('zip'), 100)
      await rm(unpacked(world), { recursive: true })
    },
    id: 'MG0601',
    go: ['build', './...'],
    says: /not a valid zip file/,
  },
  'the note of the hash is gone': {
    damage: ({ file }) => rm(file('ziphash')),
    id: 'MG0607',
    go: ['mod', 'verify'],
    says: /missing ziphash/,
  },
  'the note of the hash is another': {
    damage: ({ file }) => writeFile(file('ziphash'), `h1:${'A'.repeat(43)}=`),
    id: 'MG0607',
    go: ['mod', 'verify'],
    says: /zip has been modified/,
  },
  'an unpacked file has grown': {
    damage: (world) => appendFile(join(unpacked(world), 'hello.go'), '// more\n'),
    id: 'MG0603',
    go: ['mod', 'verify'],
    says: /dir has been modified/,
  },
  'an unpacked file has other content of the same length': {
    damage: (world) => flipped(join(unpacked(world), 'hello.go')),
    id: 'MG0603',
    go: ['mod', 'verify'],
    says: /dir has been modified/,
    deep: true,
  },
  'the cached go.mod is another': {
    damage: ({ file }) => appendFile(file('mod'), '// more\n'),
    id: 'MG0608',
    go: ['mod', 'download'],
    says: /verifying hello\.example\/hello@v1\.0\.0\/go\.mod: checksum mismatch/,
  },
}

test('a cache that is whole gives no finding', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  const evidence = await world.look({ deep: true })
  assert.deepEqual(findings(evidence), [])
  const [entry] = evidence.cache!.entries
  assert.equal(entry!.zipH1, entry!.recordedH1)
  assert.ok(evidence.cache!.pinned!.size! > 300)
  assert.deepEqual(findings(await world.look({ all: true })), [])
})

test('damage is named, the real go confirms it, and the proposed removal heals it', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  for (const [claim, { damage, id, go, says, deep = false }] of Object.entries(rows)) {
    await t.test(claim, async () => {
      await damage(world)
      const said = await world.go.run(go)
      assert.notEqual(said.code, 0)
      assert.match(said.stderr + said.stdout, says)
      const found = findings(await world.look({ deep }))
      assert.deepEqual(
        found.map((one) => one.id),
        [id],
      )
      const { commands = [], change } = found[0]!.fix!
      assert.equal(change?.kind, 'remove-cached')
      assert.ok(change.paths.every((path) => path.startsWith(world.cache) && path.includes('@v')))
      execFileSync('/bin/sh', ['-c', commands.join('\n')])
      assert.ok(change.paths.every((path) => !existsSync(path)))
      for (const args of [
        ['build', './...'],
        ['mod', 'verify'],
      ]) {
        const healed = await world.go.run(args)
        assert.equal(healed.code, 0, healed.stderr)
      }
      assert.deepEqual(findings(await world.look({ deep: true })), [])
    })
  }
})

test('the go.mod files that go copies within a toolchain are no damage', async (t) => {
  const known = await readFile(join(import.meta.dirname, 'corpus/toolchain-go1.99.0.txtar'), 'utf8')
  const world = await built(t, [`${known.replaceAll('1.99', '1.98')}-- src/_go.mod --\nmodule std\n`])
  if (world === undefined) return
  const { stdout, stderr } = await world.go.run(['version'], { GOTOOLCHAIN: 'go1.98.0' })
  assert.match(stdout, /go1\.98\.0/, stderr)
  const evidence = await world.look({ all: true, deep: true })
  const { files } = evidence.cache!.entries.find(({ path }) => path === 'golang.org/toolchain')!
  assert.ok(existsSync(join(files.directory!, 'src/go.mod')))
  assert.deepEqual(findings(evidence), [])
})

test('where go.sum and a whole zip disagree, nobody is blamed and nothing is removed', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  const sum = await readFile(join(world.go.directory, 'go.sum'), 'utf8')
  await world.go.write({ 'go.sum': sum.replace(/^(hello\.example\/hello v1\.0\.0 h1:).{6}/m, '$1AAAAAA') })
  const found = findings(await world.look())
  assert.deepEqual(
    found.map(({ id }) => id),
    ['MG0602'],
  )
  assert.equal(found[0]!.fix!.change, undefined)
  assert.deepEqual(found[0]!.fix!.commands, ['modgate explain --mismatch hello.example/hello@v1.0.0'])
  assert.ok((found[0]!.evidence[1]!.line ?? 0) > 0)
  assert.match((await world.go.run(['build', './...'])).stderr, /SECURITY ERROR/)
})

test('a pinned head of another key, or one that is none, stops go until the file is moved away', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  const file = join(world.go.env['GOPATH']!, 'pkg/sumdb/sumdb.example/latest')
  const honest = await readFile(file, 'utf8')
  const tampered = honest.replace(/^(— sumdb\.example )..../m, '$1AAAA')
  for (const [text, title] of [
    ['rubbish\n', /cannot be used/],
    [tampered, /another key/],
  ] as const) {
    await writeFile(file, text)
    const found = findings(await world.look())
    assert.deepEqual(
      found.map(({ id }) => id),
      ['MG0611'],
    )
    assert.match(found[0]!.title, title)
    assert.notEqual((await world.go.run(['mod', 'download', 'tool.example/tool@v1.0.0'])).code, 0)
    execFileSync('/bin/sh', ['-c', found[0]!.fix!.commands!.join('\n')])
    const healed = await world.go.run(['mod', 'download', 'tool.example/tool@v1.0.0'])
    assert.equal(healed.code, 0, healed.stderr)
    await world.go.run(['clean', '-modcache'])
    await world.go.run(['mod', 'download'])
  }
})

test('a damaged record of the checksum database stops go, and its removal lets it ask again', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  const record = join(world.cache, 'cache/download/sumdb/sumdb.example/lookup/hello.example/hello@v1.0.0')
  await writeFile(record, 'rubbish\n')
  await rm(join(world.go.directory, 'go.sum'))
  const found = findings(await world.look())
  assert.deepEqual(
    found.map(({ id }) => id),
    ['MG0613'],
  )
  assert.match((await world.go.run(['mod', 'download'])).stderr, /malformed record data/)
  execFileSync('/bin/sh', ['-c', found[0]!.fix!.commands!.join('\n')])
  assert.equal((await world.go.run(['mod', 'download'])).code, 0)
})

test('remains of downloads are named once they are old, and a full disk is', async (t) => {
  const world = await built(t)
  if (world === undefined) return
  const left = `${world.file('zip')}123.tmp`
  await copyFile(world.file('zip'), left)
  assert.deepEqual(idsOf(await world.look()), [])
  const old = new Date((await stat(left)).mtimeMs - 7_200_000)
  await utimes(left, old, old)
  const evidence = await world.look()
  assert.deepEqual(idsOf(evidence), ['MG0604'])
  const full = { ...evidence, cache: { ...evidence.cache!, leftovers: [], freeBytes: 1024 } }
  assert.deepEqual(idsOf(full), ['MG0606'])
  const foreign = { ...evidence, cache: { ...evidence.cache!, leftovers: [], readOnly: 'EACCES' } }
  assert.deepEqual(idsOf(foreign), ['MG0605'])
})

/** Turns over the lowest bit of a byte of Go source. */
async function flipped(file: string): Promise<void> {
  const bytes = await readFile(file)
  const place = bytes.indexOf('package ') + 'package '.length
  bytes[place] = bytes[place]! ^ 1
  await writeFile(file, bytes)
}
