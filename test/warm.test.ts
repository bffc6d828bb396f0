// `modgate warm` as people run it: from each source, into a store and into a gate, interrupted and run again.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { requireComponent } from './harness/components.ts'
import { hangBeforeHead, status } from './harness/fault.ts'
import { storeWorld, wideProgram, type StoreWorld } from './harness/filled-store.ts'
import { modgate, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { writeFiles } from './harness/temporary.ts'

const sums = (...lines: readonly string[]) => lines.map((line) => `${line} h1:${'A'.repeat(43)}=\n`).join('')
const indexed = (...versions: readonly string[]) =>
  versions
    .map(
      (version, i) =>
        `{"Path":"hello.example/hello","Version":"${version}","Timestamp":"2026-01-0${i + 1}T00:00:00Z"}\n`,
    )
    .join('')

interface Row {
  readonly claim: string
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
  /** Files of `hello.example/hello` that are kept, and whatever else matters. */
  readonly keeps: readonly string[]
  readonly fails?: RegExp
}

const hello = 'hello.example/hello/@v'
const rows: readonly Row[] = [
  {
    claim: 'a version by its name',
    files: {},
    args: ['hello.example/hello@v1.0.0'],
    keeps: [`${hello}/v1.0.0.info`, `${hello}/v1.0.0.mod`, `${hello}/v1.0.0.zip`],
  },
  {
    claim: 'a go.sum, in which a go.mod alone is no zip',
    files: { 'a/go.sum': sums('hello.example/hello v1.1.0', 'hello.example/hello v1.1.0/go.mod', 'hello.example/hello v1.0.0/go.mod') }, // prettier-ignore
    args: ['--go-sum', 'a/go.sum'],
    keeps: [`${hello}/v1.0.0.mod`, `${hello}/v1.1.0.info`, `${hello}/v1.1.0.mod`, `${hello}/v1.1.0.zip`],
  },
  {
    claim: 'a directory of repositories, without what is vendored, and with what is broken told',
    files: {
      'src/one/go.mod': 'module one.example\n\ngo 1.20\n\nrequire hello.example/hello v1.0.0\n',
      'src/two/go.mod':
        'module two.example\n\ngo 1.20\n\nrequire there.example/x v1.0.0\n\nreplace there.example/x => hello.example/hello v1.1.0\n',
      'src/two/go.sum': sums('caps.example/BurntToast/Toaster v1.3.0'),
      'src/two/vendor/v.example/go.mod': 'module v.example\n\nrequire hello.example/hello v1.2.0-rc.1\n',
      'src/two/node_modules/n/go.mod': 'module n.example\n\nrequire hello.example/hello v1.2.0-rc.1\n',
      'src/three/go.mod': 'modul three.example\n',
    },
    args: ['--repositories', 'src'],
    keeps: [
      ...['info', 'mod', 'zip'].map((kind) => `caps.example/!burnt!toast/!toaster/@v/v1.3.0.${kind}`),
      ...['v1.0.0', 'v1.1.0'].flatMap((version) => ['info', 'mod', 'zip'].map((kind) => `${hello}/${version}.${kind}`)),
    ],
    fails: /^failed src\/three\/go\.mod: go-mod-broken: /m,
  },
  {
    claim: 'an index file, from a time on and no more lines than wanted',
    files: { index: indexed('v1.2.0-rc.1', 'v1.0.0', 'v1.1.0') },
    args: ['--index', 'index', '--since', '2026-01-02T00:00:00Z', '--limit', '1'],
    keeps: ['info', 'mod', 'zip'].map((kind) => `${hello}/v1.0.0.${kind}`),
  },
  {
    claim: 'a toolchain',
    files: {},
    args: ['--toolchain', 'go1.99.0'],
    keeps: [],
  },
]

async function kept(world: StoreWorld): Promise<readonly string[]> {
  const { stdout } = await world.run(['cache', 'ls', '--json'])
  const { entries } = JSON.parse(stdout) as { entries: { module: string; version: string; files: object }[] }
  const escaped = (path: string) => path.replaceAll(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)
  return entries.flatMap(({ module, version, files }) =>
    Object.keys(files).map((kind) => `${escaped(module)}/@v/${version}.${kind}`),
  )
}

for (const { claim, files, args, keeps, fails } of rows) {
  test(`a store is filled from ${claim}`, async (t) => {
    const world = await storeWorld(t, files)
    const { code, stdout, stderr } = await world.run(['warm', ...args])
    assert.equal(code, fails ? 1 : 0, stdout + stderr)
    if (fails) assert.match(stdout, fails)
    const all = await kept(world)
    if (keeps.length > 0) assert.deepEqual(all, keeps)
    else assert.match(all.join(), /golang\.org\/toolchain\/@v\/v0\.0\.1-go1\.99\.0\..*\.zip/)
  })
}

/** A project as it is: its build list and its go.sum. */
async function project(t: TestContext): Promise<StoreWorld> {
  return storeWorld(t, wideProgram)
}

test('a store that was filled from the project here serves its build offline to a new machine', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const world = await project(t)
  const { code, stdout, stderr } = await world.run(['warm', '--json'])
  assert.equal(code, 0, stdout + stderr)
  // The go.mod files came when the build list was found.
  const { modules, fetched, present, failed } = JSON.parse(stdout) as Record<string, number>
  assert.deepEqual([modules, fetched, present], [11, 20, 11])
  assert.deepEqual(failed, [])
  await world.upstream.stop()
  const gate = await startGate(t, { data: world.data, flags: [...world.flags, '--offline'] })
  const env = { GONOSUMDB: 'private.example' }
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: world.upstream.database.key, files: wideProgram })
  const built = await go.run(['build', '-mod=mod', '-o', 'app', '.'], env)
  assert.equal(built.code, 0, built.stderr)
})

test('what failed is told, the rest is kept, and a second run fetches only what is missing', async (t) => {
  const world = await project(t)
  const heal = world.upstream.fault('*/hello/@v/v1.1.0.zip', status(503))
  const first = await world.run(['warm'])
  assert.equal(first.code, 1)
  assert.match(
    first.stdout,
    /^failed hello\.example\/hello@v1\.1\.0 \(zip\): upstream-unavailable: .*\n[^]*, 1 failed\n {2}upstream-unavailable: 1 \(/,
  )
  assert.ok(first.stdout.includes(`(${world.upstream.url}/hello.example/hello/@v/v1.1.0.zip)`), first.stdout)
  heal()
  world.upstream.forget()
  const second = await world.run(['warm', '--json'])
  assert.equal(second.code, 0, second.stdout)
  assert.equal((JSON.parse(second.stdout) as { fetched: number }).fetched, 1)
  assert.deepEqual(world.upstream.requests.map(({ path }) => path).filter((path) => path.endsWith('.zip')), ['/hello.example/hello/@v/v1.1.0.zip']) // prettier-ignore
})

test('what a gate refuses is told with its URL and its words, and so is what ends an export', async (t) => {
  const world = await storeWorld(t)
  world.upstream.fault('*/v1.1.0.mod', status(403))
  const gate = await startGate(t, { flags: world.flags })
  const warmed = await world.run(['warm', '--gate', gate.url, 'hello.example/hello@v1.1.0'])
  assert.equal(warmed.code, 1)
  const [failed, ...said] = warmed.stdout.split('\n')
  assert.match(
    failed!,
    /^failed hello\.example\/hello@v1\.1\.0 \(mod\): upstream-denied: the upstream answered 403 \(http/,
  )
  assert.ok(failed!.includes(`(${gate.url}/hello.example/hello/@v/v1.1.0.mod)`), failed!)
  assert.ok(said.some((line) => line.startsWith(`  said: refused by: ${world.upstream.url}/hello`)))
  const exported = await world.run(['bundle', 'export', '-o', 'x', 'hello.example/hello@v1.1.0'])
  assert.equal(exported.code, 1)
  assert.ok(
    exported.stderr.includes(`\n  by: ${world.upstream.url}/hello.example/hello/@v/v1.1.0.mod\n`),
    exported.stderr,
  )
})

test('Ctrl-C tells how far a warming has come, and the next run goes on', async (t) => {
  const world = await storeWorld(t)
  const heal = world.upstream.fault('*/v1.1.0.zip', hangBeforeHead())
  const env = {
    ...{ PATH: '/usr/bin:/bin', HOME: world.cwd, MODGATE_LOG_NAME: 'gate.test/log' },
    ...{ MODGATE_UPSTREAM: world.upstream.url, MODGATE_SUMDB: world.upstream.database.key, MODGATE_DATA: world.data },
  }
  const versions = ['v1.0.0', 'v1.1.0'].map((version) => `hello.example/hello@${version}`)
  const child = ownProcess(t, [...modgate, 'warm', ...versions], { cwd: world.cwd, env })
  const begun = () => world.upstream.count('*/v1.0.0.zip') > 0 && world.upstream.count('*/v1.1.0.zip') > 0
  while (!begun()) await sleep(10)
  // The first one ends by itself, the second one never.
  while ((await kept(world)).filter((file) => file.includes('v1.0.0')).length < 3) await sleep(50)
  child.signal('SIGINT')
  const { code, stdout, stderr } = await child.ended
  assert.deepEqual([code, stdout], [130, ''], stderr)
  assert.match(stderr, /modgate: stopped: [01] of 2 versions done; what has come is kept, and the next run goes on/)
  heal()
  const again = await world.run(['warm', ...versions, '--json'])
  assert.equal(again.code, 0, again.stderr)
  assert.ok((JSON.parse(again.stdout) as { present: number }).present >= 3)
})

test('a gate that is asked fetches and keeps all of it, and fetches nothing twice', async (t) => {
  const world = await project(t)
  const gate = await startGate(t, { flags: world.flags.concat('--route', `private.example=${world.upstream.url}`) })
  const args = ['warm', '--gate', gate.url, '--json']
  const first = JSON.parse((await world.run(args)).stdout) as { fetched: number; present: number; failed: unknown[] }
  assert.deepEqual(first.failed, [])
  assert.ok(first.fetched > 15)
  world.upstream.forget()
  const second = JSON.parse((await world.run(args)).stdout) as typeof first
  assert.deepEqual([second.fetched, second.present], [0, first.fetched + first.present])
  assert.equal(world.upstream.count('*.zip'), 0)
})

test('a gate is filled from the index of another one, page after page', async (t) => {
  const world = await storeWorld(t)
  const old = await startGate(t, { flags: world.flags })
  await world.run(['warm', '--gate', old.url, 'hello.example/hello@v1.0.0', 'hello.example/hello@v1.1.0'])
  for (let tries = 0; tries < 50; tries++) {
    if ((await (await fetch(`${old.url}/index`)).text()).split('\n').length > 2) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { code, stdout } = await world.run(['warm', '--index', old.url])
  assert.equal(code, 0, stdout)
  assert.equal((await kept(world)).length, 6)
})

for (const [claim, args, says] of [
  ['a version that is none', ['hello.example/hello@latest'], /hello@latest: .*\n.*MODULE@VERSION/s],
  ['a directory that is not there', ['--repositories', 'nowhere'], /--repositories nowhere: is not there/],
  ['a go.sum that is not there', ['--go-sum', 'nowhere'], /--go-sum nowhere: is not there/],
  ['a gate that is no URL', ['--gate', 'modgate', 'hello.example/hello@v1.0.0'], /--gate modgate: is no URL/],
  ['a time that is none', ['--index', 'x', '--since', 'yesterday'], /--since yesterday: is no time/],
  ['a platform that is none', ['--toolchain', 'go1.26.8', '--platform', 'amd64'], /--platform amd64: is no platform/],
] as const) {
  test(`${claim} is told with the next step, and ends with 2`, async (t) => {
    const world = await storeWorld(t)
    await writeFiles(world.cwd, { x: '' })
    const { code, stderr } = await world.run(['warm', ...args])
    assert.match(stderr, says)
    assert.match(stderr, /next: /)
    assert.equal(code, 2)
  })
}

test('lines of an index that are none are told by their number, and the others are asked for', async (t) => {
  const world = await storeWorld(t, {
    index: `${indexed('v1.0.0')}not a line\n{"Path":"../x","Version":"v1.0.0","Timestamp":"2026-01-01T00:00:00Z"}\n`,
  })
  const { code, stdout } = await world.run(['warm', '--index', join(world.cwd, 'index')])
  assert.match(stdout, /index:2: not a line: bad-request: is no line.*\n.*index:3: \.\.\/x@v1\.0\.0/)
  assert.equal(code, 1)
  assert.equal((await kept(world)).length, 3)
})
