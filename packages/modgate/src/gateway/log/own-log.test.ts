import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newVerifier, open } from '@modgate/gomod/note'
import { parseTree, tilePath, type Tile } from '@modgate/gomod/tlog'
import { logNames } from './log-names.ts'
import { assertSound, killedAt, logWorld, memoryGuard, moduleAt, recordText } from './test-log.ts'

const expectedOf = (from: number, to: number) =>
  new Map(
    Array.from({ length: to - from }, (_, i) => {
      const module = moduleAt(from + i)
      return [`${module.path}@${module.version}`, recordText(module)] as const
    }),
  )

const appendAll = (log: ReturnType<ReturnType<typeof logWorld>['open']>, from: number, to: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, i) => log.append(moduleAt(from + i), recordText(moduleAt(from + i)))),
  )

test('records are numbered as they come, and each is proved to a client that believes nothing', async () => {
  const log = logWorld().open()
  assert.equal((await log.status()).size, 0)
  for (let i = 0; i < 5; i++) assert.equal((await log.append(moduleAt(i), recordText(moduleAt(i)))).id, i)
  assert.equal(await log.find(moduleAt(9)), undefined)
  await assertSound(log, expectedOf(0, 5))
})

test('over several tiles, appended in batches, every record can be proved, after a restart too', async () => {
  const world = logWorld()
  const log = world.open()
  for (const [from, to] of [
    [0, 250],
    [250, 260],
    [260, 600],
    [600, 601],
  ] as const)
    await appendAll(log, from, to)
  await assertSound(log, expectedOf(0, 601))
  await log.close()
  await assertSound(world.open(), expectedOf(0, 601))
})

test('the first record of a version stays, whoever comes later, in this process and in another one', async () => {
  const world = logWorld()
  const [one, two] = [world.open(), world.open()]
  const module = moduleAt(1)
  const first = recordText(module, 'A')
  const answers = await Promise.all([
    one.append(module, first),
    one.append(module, recordText(module, 'B')),
    two.append(module, first),
  ])
  for (const { id, text } of answers) assert.deepEqual([id, text], [0, first])
  assert.deepEqual(await two.append(module, recordText(module, 'C')), { id: 0, text: first })
  assert.equal((await one.status()).size, 1)
})

test('several writers on one store make one log', async () => {
  const world = logWorld()
  const logs = [world.open(), world.open(), world.open()]
  // The parts overlap, so that they meet over the same versions, too.
  await Promise.all(logs.map((log, i) => appendAll(log, i * 40, i * 40 + 80)))
  for (const log of logs) await assertSound(log, expectedOf(0, 160))
  assert.equal((await logs[0]!.status()).size, 160)
})

for (const when of ['before', 'after'] as const) {
  // In the second row the batch fills a tile and begins the next one.
  for (const [base, step] of [
    [2, 1],
    [254, 7],
  ] as const) {
    test(`killed ${when} any change behind ${base} records, the log is completed: nothing that was answered is lost`, async () => {
      for (let at = 1, answered = false; !answered || at < 30; at += step) {
        const world = logWorld()
        await appendAll(world.open(), 0, base)
        const killed = world.open({ checkpoints: killedAt(world.checkpoints, at, when) })
        const [result] = await Promise.allSettled([appendAll(killed, base, base + 4), killed.close()])
        answered = result.status === 'fulfilled'
        const next = world.open()
        const { size } = await next.status()
        assert.ok(size === base + 4 || (size === base && !answered), `${size} records`)
        await appendAll(next, base, base + 6)
        await assertSound(next, expectedOf(0, base + 6))
        await next.close()
      }
    })
  }
}

test('both faces have the same tree under the same key, and texts that cannot be taken for each other', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 3)
  const verifier = newVerifier(world.keys.verifier)
  const tree = parseTree(open(await log.latest(), [verifier]).text)
  const [origin, size, root] = open(await log.checkpoint(), [verifier]).text.split('\n')
  assert.deepEqual([origin, Number(size)], ['gate.example/log', tree.size])
  assert.equal(Buffer.from(root!, 'base64').compare(tree.hash), 0)
})

test('a backup that is restored, a head that is gone, and another log are not signed upon, and kept records still served', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 3)
  await log.close()
  const backup = logWorld(world.keys)
  await appendAll(backup.open(), 0, 3)
  await appendAll(log, 3, 5)
  const restored = world.open({ checkpoints: backup.checkpoints })
  await assert.rejects(restored.append(moduleAt(7), recordText(moduleAt(7))), { code: 'log-closed' })
  const status = await restored.status()
  assert.ok(!status.signs && status.closed.cause === 'behind-guard')
  assert.equal((await restored.find(moduleAt(1)))?.id, 1)
  const { head } = logNames('gate.example/log')
  await world.checkpoints.remove(head, (await world.checkpoints.read(head))!.bytes)
  await assert.rejects(world.open().append(moduleAt(7), recordText(moduleAt(7))), { code: 'log-closed' })
  const other = logWorld(world.keys)
  await appendAll(other.open(), 10, 20)
  const foreign = other.open({ guard: world.guard })
  await assert.rejects(foreign.append(moduleAt(7), recordText(moduleAt(7))), { code: 'log-closed' })
})

test('under another key the log is not signed upon, also where there is no guard', async () => {
  const world = logWorld()
  await appendAll(world.open(), 0, 3)
  const rekeyed = logWorld().open({ checkpoints: world.checkpoints, guard: memoryGuard() })
  await assert.rejects(rekeyed.append(moduleAt(7), recordText(moduleAt(7))), /key/)
})

test('a gate that has no guard yet takes the log as it finds it, and guards it from then on', async () => {
  const world = logWorld()
  await appendAll(world.open(), 0, 3)
  const guard = memoryGuard()
  await appendAll(world.open({ guard }), 3, 4)
  assert.equal(guard.guarded?.tree.size, 4)
})

test('below a head of another key nothing is found, and nothing of it is remembered', async () => {
  const [world, other] = [logWorld(), logWorld()]
  await appendAll(world.open(), 0, 3)
  await appendAll(other.open(), 7, 12)
  const { head } = logNames('gate.example/log')
  const [ours, theirs] = await Promise.all(
    [world, other].map(async (each) => (await each.checkpoints.read(head))!.bytes),
  )
  const log = world.open({
    checkpoints: {
      ...world.checkpoints,
      read: async (name) =>
        laid ? ((await other.checkpoints.read(name)) ?? world.checkpoints.read(name)) : world.checkpoints.read(name),
    },
  })
  let laid = true
  await assert.rejects(log.find(moduleAt(8)), { code: 'log-damaged' })
  await assert.rejects(log.append(moduleAt(9), recordText(moduleAt(9))), { code: 'log-closed' })
  laid = false
  assert.notDeepEqual(ours, theirs)
  await world.open().find(moduleAt(1))
  assert.equal(await world.open().find(moduleAt(8)), undefined)
  assert.deepEqual(await log.append(moduleAt(1), recordText(moduleAt(1), 'B')), {
    id: 1,
    text: recordText(moduleAt(1)),
  })
})

const damages: readonly [claim: string, name: string, change: (old: string) => string][] = [
  ['a lookup with another hash', 'lookup/m1.example/x@v1.0.0', (old) => old.replaceAll('AAA', 'BBB')],
  ['a lookup with another number', 'lookup/m1.example/x@v1.0.0', (old) => old.replace('1\n', '2\n')],
  ['a lookup of another version', 'lookup/m1.example/x@v1.0.0', (old) => old.replaceAll('m1.', 'm2.')],
  ['a lookup beyond the log', 'lookup/m1.example/x@v1.0.0', (old) => old.replace('1\n', '700\n')],
  ['an empty lookup', 'lookup/m1.example/x@v1.0.0', () => ''],
]

for (const [claim, name, change] of damages) {
  test(`${claim} is not believed: the record that was signed is answered, and the file is mended`, async () => {
    const world = logWorld()
    const log = world.open()
    await appendAll(log, 0, 5)
    await log.close()
    const full = `sumdb/gate.example/log/${name}`
    const old = Buffer.from((await world.checkpoints.read(full))!.bytes).toString()
    await world.checkpoints.write(full, Buffer.from(change(old)))
    const again = world.open()
    assert.deepEqual(await again.find(moduleAt(1)), { id: 1, text: recordText(moduleAt(1)) })
    assert.equal(Buffer.from((await world.checkpoints.read(full))!.bytes).toString(), old)
    assert.equal((await world.open().find(moduleAt(3)))?.id, 3)
  })
}

test('a forged tile is not signed upon', async () => {
  const world = logWorld()
  const log = world.open()
  await appendAll(log, 0, 5)
  await log.close()
  const tile: Tile = { h: 8, l: 0, n: 0, w: 5 }
  await world.checkpoints.write(`sumdb/gate.example/log/${tilePath(tile)}`, new Uint8Array(160))
  await assert.rejects(world.open().append(moduleAt(5), recordText(moduleAt(5))))
  await assert.rejects(world.open().find(moduleAt(1)), { code: 'log-damaged' })
  assert.equal((await world.open().status()).size, 5)
})

test('what is no record of its version is not appended', async () => {
  const log = logWorld().open()
  const module = moduleAt(1)
  for (const text of [
    '',
    recordText(moduleAt(2)),
    `${recordText(module)}\n`,
    recordText(module).replace('h1:', 'h2:'),
  ]) {
    await assert.rejects(log.append(module, text), TypeError)
  }
  assert.equal((await log.status()).size, 0)
})
