// Damage, foreign things and wrong times in the data directory: found before anybody gets them, set aside, fetched again.
import assert from 'node:assert/strict'
import { mkdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { escapePath } from '@modgate/gomod/module'
import { audit } from './harness/audit.ts'
import { type Corpus, loadCorpus, zipOf } from './harness/corpus.ts'
import { type Gate, logEntry, startGate } from './harness/gate.ts'
import { rowModule } from './harness/row-module.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'
import { eventually } from './harness/resources.ts'
import { fetched } from './harness/wire.ts'

type FileKind = 'info' | 'mod' | 'zip'

interface Row {
  readonly claim: string
  readonly file: FileKind
  readonly damage: (path: string) => Promise<unknown>
  /** Whether the file is set aside as damaged; else it is used, or was none. */
  readonly setAside: boolean
  readonly weight?: number
}

const flip =
  (at: number) =>
  async (path: string): Promise<void> => {
    const bytes = await readFile(path)
    const index = at < 0 ? bytes.length + at : at
    bytes[index] = bytes[index]! ^ 1
    await writeFile(path, bytes)
  }

const replacedByDirectory = async (path: string): Promise<void> => {
  await rm(path)
  await mkdir(path)
}

const record = (text: string) => (path: string) => writeFile(path.replace(/\w+$/, 'entry'), text)
const noRecord = (path: string) => rm(path.replace(/\w+$/, 'entry'))
const swapped = async (path: string): Promise<void> => {
  await rename(path, `${path}.old`)
  await writeFile(path, zipOf(loadCorpus().find('hello.example/hello', 'v1.0.0')!))
  await rm(`${path}.old`)
}

const big = 2_000_000

const rows: readonly Row[] = [
  { claim: 'an info with one bit flipped', file: 'info', damage: flip(3), setAside: true },
  { claim: 'a mod with one bit flipped', file: 'mod', damage: flip(8), setAside: true },
  { claim: 'a zip that is cut short', file: 'zip', damage: (path) => truncate(path, 100), setAside: true },
  {
    claim: 'a big zip that is cut short',
    file: 'zip',
    damage: (path) => truncate(path, big),
    setAside: true,
    weight: big,
  },
  {
    claim: 'a zip that has grown',
    file: 'zip',
    damage: (path) => writeFile(path, 'more', { flag: 'a' }),
    setAside: true,
  },
  { claim: 'an empty info', file: 'info', damage: (path) => truncate(path, 0), setAside: true },
  { claim: 'an empty mod', file: 'mod', damage: (path) => truncate(path, 0), setAside: true },
  { claim: 'an empty zip', file: 'zip', damage: (path) => truncate(path, 0), setAside: true },
  { claim: 'the zip of another module', file: 'zip', damage: swapped, setAside: true },
  { claim: 'a record that is no JSON', file: 'zip', damage: record('{"zip":'), setAside: false },
  { claim: 'a record of nothing', file: 'mod', damage: record(''), setAside: false },
  {
    claim: 'a record with other types',
    file: 'info',
    damage: record('{"info":{"size":"7","hash":null}}'),
    setAside: false,
  },
  { claim: 'no record', file: 'zip', damage: noRecord, setAside: false },
  {
    claim: 'no record, and a zip with one bit flipped',
    file: 'zip',
    damage: async (path) => Promise.all([noRecord(path), flip(60)(path)]),
    setAside: true,
  },
]

interface World {
  readonly corpus: Corpus
  readonly upstream: Upstream
  readonly flags: readonly string[]
  readonly data: string
}

async function world(t: TestContext, more: readonly string[] = []): Promise<World> {
  const corpus = loadCorpus(more)
  const upstream = await corpusUpstream(t, { corpus })
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, '--prefetch', 'off']
  return { corpus, upstream, flags, data: await temporaryDirectory(t) }
}

const keyOf = (index: number, file: FileKind) => `row-${index}.example/m/@v/v1.0.0.${file}`

test('damage in the store is found, set aside and made good, and no client gets any of it', async (t) => {
  const { corpus, upstream, flags, data } = await world(
    t,
    rows.map(({ weight }, index) => rowModule(index, weight)),
  )
  const first = await startGate(t, { data, flags })
  const expected = await Promise.all(rows.map(({ file }, index) => fetched(`${first.url}/${keyOf(index, file)}`)))
  await first.stop()
  for (const [index, { file, damage }] of rows.entries()) await damage(join(data, 'modules', keyOf(index, file)))
  const gate = await startGate(t, { data, flags })
  for (const [index, { claim, file, setAside }] of rows.entries()) {
    await t.test(claim, async () => {
      upstream.forget()
      const key = keyOf(index, file)
      const { status, body } = await fetched(`${gate.url}/${key}`)
      assert.equal(status, 200)
      assert.ok(body.equals(expected[index]!.body))
      assert.equal(upstream.count(`/${key}`), setAside ? 1 : 0)
      const noted = () => gate.log.some((line) => logEntry(line)?.['key'] === key)
      assert.equal(setAside ? await eventually(noted, Boolean) : noted(), setAside, 'the log names what was set aside')
    })
  }
  await gate.stop()
  const { untrue, leftovers, quarantined } = await audit(data, corpus)
  assert.deepEqual({ untrue, leftovers }, { untrue: [], leftovers: [] })
  assert.equal(quarantined.filter((name) => name.endsWith('content')).length, rows.filter((row) => row.setAside).length)
})

test('a directory in the place of an entry refuses that entry alone, and is left as it is', async (t) => {
  const { flags, data } = await world(t)
  const first = await startGate(t, { data, flags })
  const zip = 'hello.example/hello/@v/v1.0.0.zip'
  await fetched(`${first.url}/${zip}`)
  await first.stop()
  await replacedByDirectory(join(data, 'modules', zip))
  const gate = await startGate(t, { data, flags })
  const { status, body } = await fetched(`${gate.url}/${zip}`)
  assert.equal(status, 500)
  assert.match(body.toString(), /something that is no file stands in its place[^]*store-failed/)
  assert.equal((await fetched(`${gate.url}/hello.example/hello/@v/v1.1.0.zip`)).status, 200)
})

test('foreign files beside the entries are neither served nor touched', async (t) => {
  const { flags, data } = await world(t)
  const gate = await startGate(t, { data, flags })
  await fetched(`${gate.url}/hello.example/hello/@v/v1.0.0.zip`)
  const foreign = join(data, 'modules', 'hello.example', 'hello', '@v', 'holiday.jpg')
  await writeFile(foreign, 'not a module')
  for (const path of [
    '/hello.example/hello/@v/holiday.jpg',
    '/hello.example/hello/@v/v1.0.0.entry',
    '/modgate-store',
  ]) {
    assert.ok([400, 404].includes((await fetched(gate.url + path)).status), path)
  }
  await gate.stop()
  const again = await startGate(t, { data, flags })
  assert.equal((await fetched(`${again.url}/hello.example/hello/@v/v1.0.0.zip`)).status, 200)
  assert.equal(await readFile(foreign, 'utf8'), 'not a module')
})

test('the lock of a gate that was killed holds nobody up', async (t) => {
  const { flags, data } = await world(t)
  const own = [...flags, '--no-verify', 'hello.example']
  const first = await startGate(t, { data, flags: own })
  await first.kill9()
  const folder = join(data, 'modules', 'hello.example', 'hello', '@v')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'v1.0.0.entry.lock'), join(data, 'spool', `${hostname()}-999999999-1-abcd`))
  const second = await startGate(t, { data, flags: own })
  assert.equal((await fetched(`${second.url}/hello.example/hello/@v/v1.0.0.zip`)).status, 200)
})

/** A clock that was set forward looks like files from long ago, one that was set back like files from the future. */
for (const [claim, days] of [
  ['forward', -4000],
  ['back', 4000],
] as const) {
  test(`a clock that was set ${claim} makes lists be asked anew, and changes nothing of what is kept`, async (t) => {
    const { corpus, upstream, flags, data } = await world(t)
    const gate = await startGate(t, { data, flags })
    const list = '/hello.example/hello/@v/list'
    const zip = '/hello.example/hello/@v/v1.0.0.zip'
    const get = async (path: string) => (await fetched(gate.url + path)).status
    assert.deepEqual([await get(list), await get(zip)], [200, 200])
    const then = new Date(Date.now() + days * 86_400_000)
    for (const path of [list, zip, zip.replace('.zip', '.entry')]) await utimes(join(data, 'modules', path), then, then)
    upstream.forget()
    assert.deepEqual([await get(list), await get(zip)], [200, 200])
    assert.deepEqual([upstream.count(list), upstream.count(zip)], [1, 0])
    await upstream.stop()
    const stale = await fetch(gate.url + list)
    assert.equal(stale.status, 200)
    assert.doesNotMatch(stale.headers.get('age') ?? '0', /-/)
    assert.deepEqual((await audit(data, corpus)).untrue, [])
  })
}

test("two gates on one data directory serve each other's entries, and neither tidies up the other", async (t) => {
  const { corpus, upstream, flags, data } = await world(t)
  const gates: readonly Gate[] = await Promise.all([startGate(t, { data, flags }), startGate(t, { data, flags })])
  const zips = corpus.modules.filter((module) => !module.private).slice(0, 6)
  const path = ({ path, version }: (typeof zips)[number]) => `/${escapePath(path)}/@v/${version}.zip`
  const answers = zips.flatMap((module) => gates.map((gate) => fetched(gate.url + path(module))))
  for (const { status } of await Promise.all(answers)) assert.equal(status, 200)
  await gates[0]!.stop()
  upstream.forget()
  for (const module of zips) assert.ok((await fetched(gates[1]!.url + path(module))).body.equals(zipOf(module)))
  assert.equal(upstream.count('*.zip'), 0)
  await gates[1]!.stop()
  const { untrue, leftovers } = await audit(data, corpus)
  assert.deepEqual({ untrue, leftovers }, { untrue: [], leftovers: [] })
})
