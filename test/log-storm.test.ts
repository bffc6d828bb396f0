// The covering log in storms: killed in the middle of appends, again and again, by one gate or two on one directory. Nothing that was answered
// is lost, nothing is told twice in two ways, and who has seen a head never sees another history.
import assert from 'node:assert/strict'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKey } from '@modgate/gomod/note'
import { requireComponent } from './harness/components.ts'
import { loadCorpus } from './harness/corpus.ts'
import { testDatabase } from './harness/database.ts'
import { tamperedZip } from './harness/fault.ts'
import { type Gate, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { logVerifier } from './harness/log-verifier.ts'
import type { Finished } from './harness/process.ts'
import { rowModule } from './harness/row-module.ts'
import { seededRandom, testSeed } from './harness/seeded.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const name = 'gate.test/storm'
const seed = testSeed(7)
const clients = 16
/** Private modules whose bytes each gate would see otherwise. */
const disputed = Array.from({ length: 12 }, (_, i) => `row-${i}.example/m`)

interface Storm {
  readonly claim: string
  readonly gates: number
  readonly versions: number
  readonly kills: number
}

const storms: readonly Storm[] = [
  { claim: 'one gate, killed in the middle of a thousand appends', gates: 1, versions: 1000, kills: 7 },
  { claim: 'two gates on one directory, killed in turns and together', gates: 2, versions: 300, kills: 4 },
]

interface World {
  readonly data: string
  readonly home: string
  /** The verifier line of the log. */
  readonly key: string
  /** The module versions of the storm. */
  readonly modules: readonly string[]
  /** Starts the gate with this number; the first one's source has other bytes of private modules than that of the others. */
  readonly start: (at: number) => Promise<Gate>
}

async function world(t: TestContext, versions: number): Promise<World> {
  const corpus = loadCorpus(disputed.map((_, i) => rowModule(i)))
  const database = await testDatabase(corpus, { filler: versions })
  const upstream = await corpusUpstream(t, { corpus, database })
  const other = await corpusUpstream(t, { corpus, database })
  for (const path of disputed) other.fault(`*${path}/@v/v1.0.0.zip`, tamperedZip(corpus.find(path, 'v1.0.0')!.entries))
  const [data, home] = [await temporaryDirectory(t), await temporaryDirectory(t)]
  const key = generateKey(name)
  await writeFile(join(home, 'log.key'), `${key.signer}\n`, { mode: 0o600 })
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', database.key, '--private', 'row-*.example'],
    ...['--log-key', join(home, 'log.key'), '--log-guard', join(home, 'log.guard')],
  ]
  const route = (at: number) => ['--route', `row-*.example=${at === 0 ? upstream.url : other.url}`]
  return {
    ...{ data, home, key: key.verifier },
    modules: [
      ...Array.from({ length: versions }, (_, i) => `filler.example/n@v1.0.${i}`),
      ...disputed.map((path) => `${path}@v1.0.0`),
    ],
    start: (at) => startGate(t, { data, flags: [...flags, ...route(at)] }),
  }
}

/** Gates that are killed and started again; whoever needs one waits for it. */
function mortalGates({ data, start }: World, count: number) {
  const gates = Array.from({ length: count }, (_, at) => start(at))

  async function kill(nth: number): Promise<void> {
    const hit = count > 1 && nth % 3 === 2 ? gates.map((_, at) => at) : [nth % count]
    const down = Promise.all(hit.map(async (at) => (await gates[at]!).kill9())).then(async () => {
      // As if a disk had lost them: the records know better.
      const files = join(data, 'modules/sumdb', name, 'lookup')
      if (nth % 3 === 1) await rm(files, { recursive: true, force: true, maxRetries: 20 })
    })
    for (const at of hit) gates[at] = down.then(() => start(at))
    await Promise.all(gates)
  }

  /** Runs a program against a gate, again where the gate was killed meanwhile; for nothing else may it fail. */
  async function outlive(at: number, program: (gate: Gate) => Promise<Finished>): Promise<void> {
    for (;;) {
      const gate = await gates[at]!
      const { code, stdout, stderr } = await program(gate)
      if (code === 0) return
      assert.match(stdout + stderr, /connection re(fused|set)|EOF/)
      assert.notEqual(await gates[at]!, gate, stdout + stderr)
    }
  }

  return { gates, kill, outlive }
}

/** Clients, and what they were told. */
function askers(gates: readonly Promise<Gate>[], signal: AbortSignal) {
  const answered = new Map<string, string>()
  const refusals: string[] = []

  function hear(module: string, status: number, text: string): boolean {
    if (status === 200) {
      const record = text.slice(0, text.indexOf('\n\n') + 1)
      assert.equal(record, answered.get(module) ?? record, 'one version, two answers')
      answered.set(module, record)
      return true
    }
    // The other gate was first, and this one's source has other bytes.
    if (!module.startsWith('row-') || !text.includes('checksum-mismatch')) refusals.push(`${status} ${text}`)
    return refusals.length > 50
  }

  /** Asks one gate until it answers: while it is down, its next start is waited for. */
  async function ask(at: number, module: string): Promise<void> {
    while (!signal.aborted) {
      const { url } = await gates[at]!
      try {
        const response = await fetch(`${url}/sumdb/${name}/lookup/${module}`)
        if (hear(module, response.status, await response.text())) return
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        await sleep(20)
      }
    }
  }

  return { answered, refusals, ask }
}

for (const { claim, gates: count, versions, kills } of storms) {
  test(`${claim}: no fork, no loss, no version twice (seed ${seed})`, { timeout: 120_000 }, async (t) => {
    const toolchain = await requireComponent(t, 'go')
    const program = await requireComponent(t, 'log-verifier')
    if (toolchain === undefined || program === undefined) return
    const made = await world(t, versions)
    const { gates, kill, outlive } = mortalGates(made, count)
    const { answered, refusals, ask } = askers(gates, t.signal)
    const verifier = await logVerifier(t, program, made.key)
    const go = await goClient(t, { toolchain, proxy: '', sumdb: made.key })
    const download = (module: string) => outlive(0, ({ url }) => go.run(['mod', 'download', module], { GOPROXY: url }))
    const verify = (lines?: readonly string[]) => outlive(count - 1, ({ url }) => verifier.run(url, lines))

    const random = seededRandom(seed)
    const left = made.modules.toSorted(() => random() - 0.5).flatMap((module) => gates.map((_, at) => ({ module, at })))
    let killed = 0
    let killing: Promise<void> = Promise.resolve()
    async function client(): Promise<void> {
      for (let next = left.shift(); next; next = left.shift()) {
        if (killed < kills && answered.size > ((killed + random()) * versions) / kills) {
          const nth = killed++
          killing = killing.then(() => kill(nth))
        }
        await ask(next.at, next.module)
      }
    }
    /** Two who look at the log while it happens. */
    async function witness(): Promise<void> {
      for (const module of ['hello.example/hello@v1.0.0', 'hello.example/hello@v1.1.0']) {
        await download(module)
        await verify()
      }
    }
    await Promise.all([...Array.from({ length: clients }, client), witness()])
    await killing

    assert.equal(killed, kills)
    assert.deepEqual(refusals, [])
    assert.equal(answered.size, made.modules.length)
    await download('graph.example/all@v1.0.0')
    await verify([...answered.values()].flatMap((record) => record.trimEnd().split('\n').slice(1)))
    const { size } = JSON.parse(await readFile(join(made.home, 'log.guard'), 'utf8')) as { size: number }
    assert.ok(size >= answered.size)
  })
}
