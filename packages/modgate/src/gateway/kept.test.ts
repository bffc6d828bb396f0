import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { testGate, testRoot, type TestGate, type TestGateOptions } from './test-gate.ts'
import { databaseDown, testModule, type TestModule } from './test-world.ts'

const version = 'a.example/m/@v/v1.0.0'
const [info, mod, zip] = [`${version}.info`, `${version}.mod`, `${version}.zip`]
const module = await testModule({ content: randomBytes(3 << 20) })
const other = await testModule({ content: 'package other\n' })

/** A gate that has fetched all files of `module`. */
async function warm(t: TestContext, options: TestGateOptions = {}): Promise<TestGate> {
  const gate = await testGate(t, options)
  gate.origin.publish(module)
  gate.sumdb.record(module)
  for (const key of [info, mod, zip]) await gate.get(key)
  gate.origin.asked.length = 0
  return gate
}

/** A gate that is started anew on what another one keeps. */
const restarted = (t: TestContext, gate: TestGate, options: TestGateOptions = {}) =>
  testGate(t, { root: gate.directory.root, world: gate, ...options })

const place = (gate: TestGate, key: string) => join(gate.directory.modules, key)
const wanted = { [info]: module.info, [mod]: module.mod, [zip]: module.zip }

test('what is kept is answered after a restart, offline too, and nobody is asked', async (t) => {
  const gate = await warm(t)
  gate.sumdb.asked.length = 0
  for (const offline of [false, true]) {
    const again = await restarted(t, gate, { offline })
    for (const [key, bytes] of Object.entries(wanted)) {
      const answer = await again.get(key, { cachedOnly: true })
      assert.deepEqual(answer.bytes, Buffer.from(bytes))
      assert.equal(answer.resource.cache.detail, 'store')
      assert.equal(answer.resource.trust, key === info ? 'answer' : 'record')
    }
  }
  assert.deepEqual([gate.origin.asked, gate.sumdb.asked], [[], []])
})

const damages: readonly [what: string, key: string, damage: (file: string) => Promise<void>][] = [
  ['an info that was cut', info, (file) => truncate(file, 5)],
  ['an info that was changed', info, (file) => writeFile(file, '{"Version":"v6.6.6"}')],
  ['an info that is empty', info, (file) => truncate(file, 0)],
  ['a mod that was cut', mod, (file) => truncate(file, 5)],
  ['a mod that was changed', mod, async (file) => writeFile(file, String(await readFile(file)).replace('1.21', '1.22'))],
  ['a zip that was cut', zip, (file) => truncate(file, 100_000)],
  ['a zip that has grown', zip, (file) => writeFile(file, 'x', { flag: 'a' })],
  ['a zip that is empty', zip, (file) => truncate(file, 0)],
] // prettier-ignore
for (const [what, key, damage] of damages) {
  test(`${what} is set aside and fetched again, once for all who ask`, async (t) => {
    const gate = await warm(t)
    await damage(place(gate, key))
    const again = await restarted(t, gate)
    const answers = await Promise.all(Array.from({ length: 20 }, () => again.get(key)))
    for (const { bytes } of answers) assert.deepEqual(bytes, Buffer.from(wanted[key]!))
    assert.deepEqual([again.damaged, again.origin.asked], [[key], [key]])
    assert.deepEqual((await again.evidence()).map(({ content }) => content), [true]) // prettier-ignore
    assert.deepEqual(await readFile(place(gate, key)), Buffer.from(wanted[key]!))
    assert.equal((await again.get(key)).resource.cache.status, 'hit')
  })

  test(`${what} and has lost its facts is found by its form or record`, async (t) => {
    const gate = await warm(t)
    await damage(place(gate, key))
    await rm(place(gate, `${version}.entry`))
    const again = await restarted(t, gate)
    assert.deepEqual((await again.get(key)).bytes, Buffer.from(wanted[key]!))
    assert.deepEqual(again.damaged, [key])
  })

  test(`${what} is absence with its reason where nothing may be fetched`, async (t) => {
    const gate = await warm(t)
    await damage(place(gate, key))
    const again = await restarted(t, gate, { offline: true })
    const failure = await again.refusal(key)
    assert.equal(failure.code, 'offline')
    assert.match(failure.why, /set aside/)
    assert.deepEqual(again.origin.asked, [])
  })
}

for (const lost of ['removed', 'emptied', 'of another form']) {
  test(`facts that are ${lost} are made anew from the record, without the upstream`, async (t) => {
    const gate = await warm(t)
    const facts = place(gate, `${version}.entry`)
    if (lost === 'removed') await rm(facts)
    else await writeFile(facts, lost === 'emptied' ? '' : '{"mod":{"size":1,"hash":"h1:"},"zip":null,"info":7}')
    const again = await restarted(t, gate, { offline: true })
    for (const [key, bytes] of Object.entries(wanted)) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => again.get(key)))
      for (const answer of answers) assert.deepEqual(answer.bytes, Buffer.from(bytes))
    }
    assert.deepEqual(again.origin.asked, [])
    assert.deepEqual(Object.keys(JSON.parse(String(await readFile(facts))) as object).toSorted(), [
      'info',
      'mod',
      'zip',
    ])
    assert.deepEqual(await readdir(again.directory.spool), [])
  })
}

test('what was kept without a record is not answered once a record is demanded and has another hash', async (t) => {
  const lax = await testGate(t, { withoutDatabase: true })
  lax.origin.publish(other)
  assert.equal((await lax.get(zip)).resource.trust, 'exempt')
  lax.sumdb.record(module)
  lax.origin.publish(module)
  const strict = await restarted(t, lax)
  assert.deepEqual((await strict.get(zip)).bytes, Buffer.from(module.zip))
  assert.deepEqual(strict.damaged, [zip])
})

test('what was kept without a record is believed once the record confirms it, and only then', async (t) => {
  const lax = await testGate(t, { exempt: 'a.example' })
  lax.origin.publish(module)
  assert.equal((await lax.get(mod)).resource.trust, 'exempt')
  lax.sumdb.record(module)
  const honest = lax.sumdb.tamper
  lax.sumdb.tamper = databaseDown
  assert.equal((await (await restarted(t, lax)).refusal(mod)).code, 'database-unreachable')
  lax.sumdb.tamper = honest
  const strict = await restarted(t, lax)
  assert.equal((await strict.get(mod)).resource.trust, 'record')
  assert.equal((await (await restarted(t, lax, { offline: true })).get(mod)).resource.trust, 'record')
})

const secret = await testModule({ path: 'corp.example/m', content: 'package one\n' })
const changed = await testModule({ path: 'corp.example/m', content: 'package two\n' })
const secretKey = (kind: string) => `corp.example/m/@v/v1.0.0.${kind}`

test('of a private version the first content counts, though the entry is gone', async (t) => {
  const gate = await testGate(t, { private: 'corp.example' })
  gate.origin.publish(secret)
  const first = await gate.get(secretKey('zip'))
  assert.equal(first.resource.trust, 'first-seen')
  await rm(place(gate, secretKey('zip')))
  gate.origin.publish(changed)
  const again = await restarted(t, gate, { private: 'corp.example' })
  const failure = await again.refusal(secretKey('zip'))
  assert.equal(failure.code, 'checksum-mismatch')
  assert.match(failure.why, /first seen 20\d\d-\S+ from https:\/\/upstream\.example/)
  assert.deepEqual(gate.sumdb.asked, [])
  assert.deepEqual(await gate.keys(), [])
})

test('a private zip whose go.mod is not the one that was served is refused', async (t) => {
  const gate = await testGate(t, { private: 'corp.example' })
  gate.origin.publish(secret)
  gate.origin.replies.set(secretKey('mod'), 'module corp.example/m\n\ngo 1.99\n')
  await gate.get(secretKey('mod'))
  assert.equal((await gate.refusal(secretKey('zip'))).code, 'checksum-mismatch')
})

for (const [what, bytes] of [
  ['a page', '<html>'],
  ['a page behind white space', '\n  <!DOCTYPE html>'],
  ['a half line', 'module "corp.example'],
] as const) {
  test(`${what} is no go.mod of a module without record`, async (t) => {
    const gate = await testGate(t, { private: 'corp.example' })
    gate.origin.replies.set(secretKey('mod'), bytes)
    assert.equal((await gate.refusal(secretKey('mod'))).code, 'upstream-invalid')
    assert.deepEqual(await gate.keys(), [])
  })
}

/** Two gates of two processes, as it were, on one directory, whose upstreams differ. */
async function twoGates(t: TestContext, modules: readonly [TestModule, TestModule]): Promise<[TestGate, TestGate]> {
  const root = await testRoot(t)
  const gates = await Promise.all([0, 1].map(() => testGate(t, { root, private: 'corp.example' })))
  for (const [i, gate] of gates.entries()) {
    gate.origin.publish(modules[i]!)
    gate.sumdb.record(modules[i]!)
  }
  return [gates[0]!, gates[1]!]
}

for (const kind of ['mod', 'zip']) {
  test(`two gates that see two contents of a private ${kind} first at once agree on one`, async (t) => {
    for (let round = 0; round < 5; round++) {
      const mods = [secret, { ...changed, mod: Buffer.from('module corp.example/m\n') }] as const
      const both = await twoGates(t, mods)
      const answers = await Promise.allSettled(both.map((gate) => gate.get(secretKey(kind))))
      const given = answers.filter((answer) => answer.status === 'fulfilled').map(({ value }) => value.bytes)
      assert.equal(given.length, 1, 'one is refused')
      const third = await restarted(t, both[0], { private: 'corp.example' })
      assert.deepEqual((await third.get(secretKey(kind), { cachedOnly: true })).bytes, given[0])
      assert.deepEqual(third.damaged, [])
    }
  })
}

test('two gates that get two infos of one version at once end with one, whole, and neither is damage', async (t) => {
  for (let round = 0; round < 10; round++) {
    const infos = [module.info, Buffer.from('{"Version":"v1.0.0","Time":"2020-01-01T00:00:00Z"}')]
    const both = await twoGates(t, [
      { ...module, info: infos[0]! },
      { ...module, info: infos[1]! },
    ])
    await Promise.all(both.map((gate) => gate.get(info)))
    const kept = await readFile(place(both[0], info))
    for (const gate of [...both, await restarted(t, both[0])]) {
      const fresh = await restarted(t, gate)
      assert.deepEqual((await fresh.get(info)).bytes, kept)
      assert.deepEqual(fresh.damaged, [])
    }
  }
})

test('a gate believes what another one has replaced meanwhile', async (t) => {
  const [one, two] = await twoGates(t, [module, module])
  await Promise.all([one, two].map((gate) => gate.get(info)))
  await writeFile(place(one, info), 'damaged')
  const replaced = Buffer.from('{"Version":"v1.0.0","Time":"2021-01-01T00:00:00Z"}')
  const third = await restarted(t, one)
  third.origin.replies.set(info, replaced)
  await third.get(info)
  const fourth = await restarted(t, two, { more: { memory: { limit: 0 } } })
  assert.deepEqual((await fourth.get(info)).bytes, replaced)
  await writeFile(place(one, info), 'damaged again')
  const fifth = await restarted(t, third)
  fifth.origin.replies.set(info, module.info)
  await fifth.get(info)
  assert.deepEqual((await fourth.get(info)).bytes, Buffer.from(module.info))
  assert.deepEqual(fourth.damaged, [])
})

test('whatever is lost or damaged between questions, answers are the published bytes', async (t) => {
  const actions = fc.array(
    fc.record({
      key: fc.constantFrom(info, mod, zip),
      harm: fc.constantFrom('none', 'remove', 'cut', 'facts', 'both'),
      restart: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  const small = await testModule()
  await fc.assert(
    fc.asyncProperty(actions, async (steps) => {
      let gate = await testGate(t)
      gate.origin.publish(small)
      gate.sumdb.record(small)
      for (const { key, harm, restart } of steps) {
        const file = place(gate, key)
        if (harm === 'remove') await rm(file, { force: true })
        if (harm === 'cut' || harm === 'both') await truncate(file, 3).catch(() => undefined)
        if (harm === 'facts' || harm === 'both') await rm(place(gate, `${version}.entry`), { force: true })
        if (restart) gate = await restarted(t, gate)
        const want = { [info]: small.info, [mod]: small.mod, [zip]: small.zip }[key]!
        assert.deepEqual((await gate.get(key)).bytes, Buffer.from(want))
      }
    }),
    { numRuns: 25 },
  )
})
