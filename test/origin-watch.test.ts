// The origin watch: a real gate, real repositories whose tags move and go, which move themselves, and pages that name others.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { codeHost, type CodeHost } from './harness/code-host.ts'
import { requireComponent } from './harness/components.ts'
import { logEntry, modgate, startGate, type Gate } from './harness/gate.ts'
import { gitIn } from './harness/git-repository.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'

const host = 'code.corp.test'
const lib = `${host}/team/lib`
const vanity = `${host}/go/tool`

async function world(
  t: TestContext,
): Promise<{ code: CodeHost; data: string; start: () => Promise<Gate> } | undefined> {
  for (const component of ['git', 'openssl'] as const)
    if ((await requireComponent(t, component)) === undefined) return undefined
  const code = await codeHost(t, host)
  for (const [path, repository] of [
    [lib, 'team/lib.git'],
    [vanity, 'tools/tool.git'],
  ] as const) {
    code.pages.set(path, repository)
    code.make(repository, (r) => {
      r.commit({ 'go.mod': `module ${path}\n\ngo 1.20\n`, 'a.go': 'package a\n' })
      r.tag('v1.0.0', 'v1.1.0')
      r.annotate('v1.2.0')
      r.commit({ 'a.go': 'package a\n\nconst B = 1\n' })
    })
  }
  const data = await temporaryDirectory(t)
  const flags = [
    '--upstream',
    'off',
    '--sumdb',
    'off',
    '--log-name',
    'off',
    '--private',
    '*.corp.test',
    '--origin-watch',
    '1s',
  ]
  return { code, data, start: () => startGate(t, { data, flags, env: code.env }) }
}

const text = async (gate: Gate, path: string) => (await fetch(`${gate.url}/${path}`)).text()

/** The first line of the log that says so. It comes when the watch has been there: nothing here says how soon. */
async function logged(gate: Gate, is: (entry: Readonly<Record<string, unknown>>) => boolean) {
  for (;;) {
    const found = gate.log.map(logEntry).find((entry) => entry !== undefined && is(entry))
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const finding = (gate: Gate, kind: string, module: string) =>
  logged(gate, (entry) => entry['kind'] === kind && entry['module'] === module && entry['level'] === 'warn')

test(
  'a tag that moves and one that is deleted are told, counted and listed, and what is served stays',
  { timeout: 120_000 },
  async (t) => {
    const made = await world(t)
    if (!made) return
    const gate = await made.start()
    const kept = new Map<string, string>()
    for (const version of ['v1.0.0', 'v1.1.0', 'v1.2.0'])
      for (const kind of ['info', 'mod', 'zip'])
        kept.set(`${version}.${kind}`, await text(gate, `${lib}/@v/${version}.${kind}`))
    const repository = made.code.place('team/lib.git')
    const [was, now] = ['v1.0.0', 'main'].map((name) => gitIn(repository, ['rev-parse', name]).trim())
    gitIn(repository, ['tag', '-f', 'v1.0.0', 'main'])
    gitIn(repository, ['tag', '-d', 'v1.1.0'])
    const moved = await finding(gate, 'tag-moved', lib)
    assert.deepEqual([moved['version'], moved['was'], moved['now']], ['v1.0.0', was, now])
    assert.equal((await finding(gate, 'tag-deleted', lib))['version'], 'v1.1.0')
    for (const [file, content] of kept) assert.equal(await text(gate, `${lib}/@v/${file}`), content, file)
    assert.match(await text(gate, 'metrics'), /^modgate_origin_findings\{kind="tag-moved"\} 1$/m)
    assert.match(await text(gate, ''), /^origins   2 things have changed at repositories/m)
    const env = { PATH: '/usr/bin:/bin', HOME: made.data }
    const command = [...modgate, 'cache', 'origins', '--data', made.data]
    const listed = await ownProcess(t, command, { cwd: made.data, env }).ended
    assert.match(listed.stdout, new RegExp(`^${lib}  1 module, looked at `, 'm'), listed.stderr)
    assert.match(listed.stdout, /^ {2}\d{4}-\d\d-\d\d {2}tag-moved: the tag of .*@v1\.0\.0 leads to /m)
    assert.match(listed.stdout, /^1 repository, 2 findings$/m)
    const { origins } = JSON.parse(
      (await ownProcess(t, [...command, '--json'], { cwd: made.data, env }).ended).stdout,
    ) as {
      origins: { findings: { kind: string; version: string }[] }[]
    }
    assert.deepEqual(origins[0]!.findings.map(({ kind, version }) => `${kind} ${version}`).sort(), [
      'tag-deleted v1.1.0',
      'tag-moved v1.0.0',
    ])
    gitIn(repository, ['tag', '-f', 'v1.0.0', was!])
    await logged(gate, (entry) => entry['level'] === 'info' && entry['kind'] === 'tag-moved')
  },
)

test(
  'of a version whose tag is gone before its go.mod and zip were asked for it is said that they are lost',
  { timeout: 120_000 },
  async (t) => {
    const made = await world(t)
    if (!made) return
    const gate = await made.start()
    assert.match(await text(gate, `${lib}/@v/v1.1.0.info`), /refs\/tags\/v1\.1\.0/)
    gitIn(made.code.place('team/lib.git'), ['tag', '-d', 'v1.1.0'])
    const { why } = await finding(gate, 'tag-deleted', lib)
    assert.match(String(why), /its info is served, and its go\.mod and zip, which nobody had asked for, cannot be had/)
    const statusOf = async (file: string) => (await fetch(`${gate.url}/${lib}/@v/${file}`)).status
    assert.deepEqual([await statusOf('v1.1.0.info'), await statusOf('v1.1.0.zip')], [200, 404])
  },
)

test(
  'a repository that redirects, a page that names another one, and one in trouble are told apart',
  { timeout: 120_000 },
  async (t) => {
    const made = await world(t)
    if (!made) return
    const gate = await made.start()
    for (const path of [lib, vanity]) assert.match(await text(gate, `${path}/@v/v1.0.0.info`), /refs\/tags\/v1\.0\.0/)
    made.code.make('people/lib.git', (r) => {
      r.commit({ 'go.mod': `module ${lib}\n\ngo 1.20\n`, 'a.go': 'package a\n' })
      r.tag('v1.0.0')
    })
    made.code.moved.set('team', 'people')
    const moved = await finding(gate, 'repository-moved', lib)
    assert.deepEqual([moved['was'], moved['now']], [`https://${host}/team/lib.git`, `https://${host}/people/lib.git`])
    made.code.pages.set(vanity, 'people/lib.git')
    const named = await finding(gate, 'page-moved', vanity)
    assert.deepEqual([named['was'], named['now']], [`https://${host}/tools/tool.git`, `https://${host}/people/lib.git`])
    made.code.broken.add('people')
    const trouble = await logged(gate, ({ msg }) => msg === 'a repository could not be looked at')
    assert.equal(trouble['code'], 'origin-unreachable')
    assert.ok(!gate.log.some((line) => line.includes('repository-gone')))
    assert.equal((await gate.stop()).code, 0)
  },
)

test('what was kept before anybody noted where it came from is watched, too', { timeout: 120_000 }, async (t) => {
  const made = await world(t)
  if (!made) return
  const gate = await made.start()
  await text(gate, `${lib}/@v/v1.0.0.info`)
  await gate.stop()
  await rm(join(made.data, 'modules/origins'), { recursive: true, force: true })
  gitIn(made.code.place('team/lib.git'), ['tag', '-d', 'v1.0.0'])
  const again = await made.start()
  assert.equal((await finding(again, 'tag-deleted', lib))['version'], 'v1.0.0')
})
