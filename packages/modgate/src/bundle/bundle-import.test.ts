import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { memoryOps, sumdbClient } from '@modgate/gomod/sumdb'
import { parseKey } from '@modgate/gomod/proxy'
import { systemClock } from '../core/system.ts'
import { Failure } from '../core/failure.ts'
import { database } from '../gateway/database.ts'
import { localHasher, readBody, testContext, testGate, testRoot, type TestGate } from '../gateway/test-gate.ts'
import { databaseKeys, databaseName, testModule, type TestModule } from '../gateway/test-world.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { diskCheckpoints } from '../store/disk-checkpoints.ts'
import { diskStore } from '../store/disk-store.ts'
import { factsBook } from '../store/entry-facts.ts'
import { spool } from '../store/spool.ts'
import { openBundle } from './bundle-file.ts'
import { importBundle, type Imported } from './bundle-import.ts'
import { bundleRemote } from './bundle-source.ts'
import { writeBundle } from './bundle-write.ts'
import { bundleContents, type DeltaBase } from './contents.ts'
import { signer } from './test-bundle.ts'

const context = testContext()

interface Exporter {
  readonly gate: TestGate
  /** Writes a bundle of the modules, which the database records now. */
  readonly bundle: (name: string, modules: readonly TestModule[], base?: string) => Promise<string>
}

async function exporter(t: TestContext): Promise<Exporter> {
  const gate = await testGate(t)
  const root = await testRoot(t)
  return {
    gate,
    async bundle(name, modules, base) {
      for (const module of modules) {
        gate.origin.publish(module)
        gate.sumdb.record(module)
      }
      const contents = await bundleContents(
        modules.map((module) => ({ ...module, kinds: ['mod', 'info', 'zip'] })),
        {
          ...{ source: gate.gateway, context, width: 4, base: base === undefined ? undefined : await baseAt(base) },
          databases: [{ name: databaseName, key: databaseKeys.verifier, covers: () => true }],
        },
      )
      assert.deepEqual(contents.failed, [])
      const path = join(root, '..', name)
      await writeBundle(path, contents, { key: signer.signer })
      return path
    },
  }
}

async function baseAt(path: string): Promise<DeltaBase> {
  const bundle = await openBundle(path)
  await bundle.close()
  return { hash: bundle.hash, manifest: bundle.manifest }
}

/** Into a data directory, as the command does it. */
async function imported(root: string, path: string): Promise<Imported> {
  const [bundle, directory] = [await openBundle(path), await openDataDirectory(root)]
  try {
    const checkpoints = diskCheckpoints(directory)
    const records = database({
      ...{ name: databaseName, key: databaseKeys.verifier, remote: bundleRemote(bundle, databaseName) },
      ...{ checkpoints, clock: systemClock, private: '', offline: false },
    })
    const sizing = { spool: spool(directory.spool), hasher: localHasher }
    return await importBundle(bundle, {
      check: { ...sizing, signers: [signer.verifier], anySigner: false, database: databaseKeys.verifier, width: 2 },
      verify: {
        ...{ ...sizing, store: diskStore(directory), facts: factsBook(checkpoints), clock: systemClock },
        ...{ records, private: '', exempt: '' },
      },
      ...{ database: records, context, width: 4 },
    })
  } finally {
    await bundle.close()
    await directory.close()
  }
}

/** What a client that knows nothing believes of a gate, asking it alone. */
async function clientBelieves(gate: TestGate, modules: readonly TestModule[]): Promise<void> {
  const ops = memoryOps(async (path) => {
    const request = parseKey(`sumdb/${databaseName}${path}`)
    return readBody(await gate.gateway.get(request, context))
  })
  const client = sumdbClient(databaseKeys.verifier, ops)
  for (const { path, version, lines } of modules) {
    assert.deepEqual(await client.lookup(path, version), lines.trimEnd().split('\n'))
    const zip = await gate.get(`${path}/@v/${version}.zip`)
    assert.equal(zip.resource.cache.status, 'hit')
  }
  assert.deepEqual(ops.securityErrors, [])
}

const named = (path: string) => testModule({ path })

test('after a delta from a database that has grown a client believes what came with the base, too, without a network', async (t) => {
  const { gate, bundle } = await exporter(t)
  const [first, second, third] = [await named('a.example/m'), await named('b.example/m'), await named('c.example/m')]
  await gate.sumdb.grow(300)
  const one = await bundle('one', [first])
  const root = await testRoot(t)
  await imported(root, one)
  const running = await testGate(t, { root, offline: true })
  await clientBelieves(running, [first])
  await gate.sumdb.grow(500)
  const two = await bundle('two', [second], one)
  await imported(root, two)
  await gate.sumdb.grow(7)
  const { adoption } = await imported(root, await bundle('three', [third], two))
  assert.deepEqual([adoption?.adopted, adoption?.present, adoption?.refused], [3, 0, []])
  // A gate that was there before, and one that starts now.
  await clientBelieves(running, [first, second, third])
  await clientBelieves(await testGate(t, { root, offline: true }), [first, second, third])
})

for (const [claim, grown] of [
  ['taken where the tiles that are here reach', 100],
  ['refused before anything is kept, with the way out, where they do not', 600],
] as const) {
  test(`a bundle that is older than what is known here is ${claim}`, async (t) => {
    const { gate, bundle } = await exporter(t)
    const [first, second] = [await named('a.example/m'), await named('b.example/m')]
    await gate.sumdb.grow(300)
    const old = await bundle('old', [first])
    await gate.sumdb.grow(grown)
    const young = await bundle('young', [second])
    const root = await testRoot(t)
    await imported(root, young)
    const late = imported(root, old)
    if (grown === 100) assert.equal((await late).adoption?.adopted, 3)
    else {
      // The tile that was the last one then is wider now, and neither bundle has it so.
      const isTold = (error: unknown) =>
        error instanceof Failure && error.code === 'database-unreachable' && /exported anew/.test(error.next)
      await assert.rejects(late, isTold)
    }
    const far = await testGate(t, { root, offline: true })
    assert.equal((await far.keys()).length, grown === 100 ? 6 : 3)
    await clientBelieves(far, grown === 100 ? [first, second] : [second])
  })
}
