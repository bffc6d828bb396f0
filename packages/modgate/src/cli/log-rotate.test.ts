import assert from 'node:assert/strict'
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import { assertSound, moduleAt, recordText } from '../gateway/log/test-log.ts'
import { backupOf, logDirectory, logName, restore, treeOf, type LogDirectory } from './test-log-world.ts'

const flipped = (old: Buffer) => Buffer.from(old.map((byte, i) => (i === old.length >> 1 ? byte ^ 1 : byte)))
const changed = async (path: string, change: (old: Buffer) => Buffer | string) =>
  writeFile(path, change(await readFile(path)))

const records = 5
const expected = (count: number, without: readonly number[] = []) =>
  new Map(
    Array.from({ length: count }, (_, i) => i)
      .filter((i) => !without.includes(i))
      .map((i) => [`m${i}.example/x@v1.0.0`, recordText(moduleAt(i))] as const),
  )

interface State {
  readonly claim: string
  readonly cause: string
  /** Brings a log with `records` records into it. */
  readonly damage: (world: LogDirectory, t: TestContext) => Promise<unknown>
}

const states: readonly State[] = [
  {
    claim: 'a restored backup',
    cause: 'behind-guard',
    async damage(world, t) {
      const backup = await backupOf(t, world.data)
      await world.fill(records, records + 3)
      await restore(backup, world.data)
    },
  },
  {
    claim: 'a head that was removed',
    cause: 'head-gone',
    damage: ({ log }) => rm(join(log, 'log-head')),
  },
  {
    claim: 'a head that cannot be read',
    cause: 'damaged',
    damage: ({ log }) => changed(join(log, 'log-head'), () => '{'),
  },
  {
    claim: 'a key that is gone',
    cause: 'key-lost',
    damage: ({ key }) => rm(key),
  },
  {
    claim: 'another key of the same name',
    cause: 'key-changed',
    damage: ({ key }) => changed(key, () => `${generateKey(logName).signer}\n`),
  },
  {
    claim: 'a guard that makes no sense',
    cause: 'guard-unreadable',
    damage: ({ guard }) => changed(guard, () => 'nonsense'),
  },
  {
    claim: 'a guard with a key that is none',
    cause: 'key-changed',
    damage: ({ guard }) => changed(guard, (old) => old.toString().replace(/"key":"[^"]*"/, '"key":"k"')),
  },
  {
    claim: 'the guard of another log',
    cause: 'guard-of-another',
    damage: ({ guard }) => changed(guard, (old) => old.toString().replace(logName, 'other.example')),
  },
  {
    claim: 'a log that forked',
    cause: 'not-the-same-log',
    damage: ({ guard }) => changed(guard, (old) => old.toString().replace(/"root":"..../, '"root":"AAAA')),
  },
]

const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Record<string, unknown>

async function filled(t: TestContext): Promise<LogDirectory> {
  const world = await logDirectory(t)
  await world.fill(0, records)
  return world
}

/** The log that a gate has now: sound, with these records and able to grow. */
async function assertGoesOn(world: LogDirectory, name: string, want: ReadonlyMap<string, string>): Promise<void> {
  await world.gate(async (log) => {
    assert.equal(log.name, name)
    await assertSound(log, want)
    const { size } = await log.status()
    assert.equal(size, want.size)
    assert.equal((await log.append(moduleAt(900), recordText(moduleAt(900)))).id, size)
  }, {})
}

for (const { claim, cause, damage } of states) {
  test(`${claim}: status says ${cause} and what to do, and rotate brings over what can be proved`, async (t) => {
    const world = await filled(t)
    await damage(world, t)
    const before = await treeOf(world.data)
    const text = await world.run(['status'])
    assert.equal(text.code, 1, text.stderr)
    assert.match(text.stdout, new RegExp(`^signs +no \\(${cause}\\)\nwhy +\\S.*\nnext +\\S`, 'm'))
    const { signs, cause: told } = json(await world.run(['status', '--json']))
    assert.deepEqual([signs, told], [false, cause])
    assert.deepEqual(await treeOf(world.data), before)
    const rotated = await world.run(['rotate', '--yes', '--json'])
    assert.equal(rotated.code, 0, rotated.stderr)
    assert.equal(json(rotated)['records'], records)
    assert.equal((await world.run(['status'])).code, 0)
    await assertGoesOn(world, `${logName}/e2`, expected(records))
  })
}

describe('log rotate', () => {
  test('moves a sound log, keeps the old key, and prints what clients and operators must change', async (t) => {
    const world = await filled(t)
    const old = await readFile(world.key, 'utf8')
    const { code, stdout } = await world.run(['rotate', '--yes', '--public-url', 'https://gate.example'])
    assert.equal(code, 0)
    const key = (await world.run(['key'])).stdout.trim()
    for (const part of [
      'with 5 records',
      `export GOSUMDB=${key}`,
      `go env -w GOPROXY=https://gate.example GOSUMDB=${key}`,
      `/pkg/sumdb/${logName} may be deleted`,
      'restart every gate',
    ])
      assert.ok(stdout.includes(part), `${part} is not in\n${stdout}`)
    const kept = `${world.key}.gate.example!log`
    assert.equal(await readFile(kept, 'utf8'), old)
    for (const path of [kept, world.key]) assert.equal((await stat(path)).mode & 0o777, 0o600)
    assert.deepEqual((await readdir(world.data)).filter((name) => name.startsWith('modgate-log')).sort(), [
      'modgate-log.key',
      'modgate-log.key.gate.example!log',
    ])
    await assertGoesOn(world, `${logName}/e2`, expected(5))
  })

  test('never takes a name that was signed before, also where only a guard remembers it', async (t) => {
    const world = await filled(t)
    assert.equal((await world.run(['rotate', '--yes'])).code, 0)
    for (const name of [logName, `${logName}/e2`]) {
      const { code, stderr } = await world.run(['rotate', '--yes', '--to', name])
      assert.equal(code, 2)
      assert.match(stderr, /signed before[^]*next: say another name, as gate\.example\/log\/e3/)
    }
    for (const [bad, says] of [
      ['gate.example:80', /port/],
      ['a+b', /\+/],
      ['a b', /no host/],
      ['sum.golang.org', /public database/],
    ] as const) {
      const { code, stderr } = await world.run(['rotate', '--yes', '--to', bad])
      assert.equal(code, 2)
      assert.match(stderr, says)
    }
    const guard = await readFile(world.guard, 'utf8')
    await writeFile(`${world.guard}.gate.example!log!e3`, guard.replaceAll(logName, `${logName}/e3`))
    assert.equal((await world.run(['rotate', '--yes'])).code, 0)
    await assertGoesOn(world, `${logName}/e4`, expected(5))
  })

  test('asks for --yes where there is no terminal, and changes nothing then', async (t) => {
    const world = await filled(t)
    const before = await readFile(world.key, 'utf8')
    const { code, stderr } = await world.run(['rotate'])
    assert.equal(code, 2)
    assert.match(stderr, /next: modgate log rotate --yes/)
    assert.equal(await readFile(world.key, 'utf8'), before)
    assert.deepEqual(await readdir(join(world.data, 'modules/sumdb/gate.example')), ['log'])
  })

  test('says where the settings have the old name, and refuses to move by it again', async (t) => {
    const world = await filled(t)
    const { stdout } = await world.run(['rotate', '--yes', '--log-name', logName])
    assert.match(stdout, /GOPROXY stays as it is\n {2}export GOSUMDB=gate\.example\/log\/e2\+/)
    assert.match(stdout, /--log-name: the name of the log is gate\.example\/log\/e2 now/)
    const again = await world.run(['rotate', '--yes', '--log-name', logName])
    assert.equal(again.code, 2)
    assert.match(again.stderr, /has moved to gate\.example\/log\/e2 already/)
  })

  test('where key and guard are lost, the line of a client is proof enough, and nothing else is', async (t) => {
    const world = await filled(t)
    const line = (await world.run(['key'])).stdout.trim()
    await rm(world.key)
    await rm(world.guard)
    const refused = await world.run(['rotate', '--yes'])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /--old-key/)
    const foreign = generateKey(logName).verifier
    assert.equal((await world.run(['rotate', '--yes', '--old-key', foreign])).code, 2)
    assert.equal((await world.run(['rotate', '--yes', '--old-key', line])).code, 0)
    await assertGoesOn(world, `${logName}/e2`, expected(5))
  })

  test('a record that is damaged comes from its lookup, or is named and left out', async (t) => {
    const world = await filled(t)
    const tile = join(world.log, 'tile/8/data/000.p/5')
    await changed(tile, (old) => old.toString().replace(/(m[13]\.example\/x v1\.0\.0) h1:AAAA/g, '$1 h1:BBBB'))
    await changed(join(world.log, 'lookup/m3.example/x@v1.0.0'), flipped)
    const { code, stdout } = await world.run(['rotate', '--yes'])
    assert.equal(code, 0)
    assert.match(
      stdout,
      /with 4 records\nleft out[^\n]*1 record of the old log\n {2}record 3: m3\.example\/x@v1\.0\.0\n/,
    )
    await assertGoesOn(world, `${logName}/e2`, expected(5, [3]))
  })

  test('what cannot be proved of many is told in runs, and the rest comes over in order', async (t) => {
    const world = await logDirectory(t)
    await world.gate(async (log) => {
      const all = Array.from({ length: 600 }, (_, i) => ({ module: moduleAt(i), text: recordText(moduleAt(i)) }))
      await log.appendAll(all)
    })
    await changed(join(world.log, 'tile/8/0/001'), flipped)
    const { lost } = json(await world.run(['rotate', '--yes', '--json']))
    assert.deepEqual(lost, [{ first: 256, last: 511 }])
    await world.gate(async (log) => {
      const ids = await Promise.all([0, 255, 512, 599].map(async (i) => (await log.find(moduleAt(i)))?.id))
      assert.deepEqual(ids, [0, 255, 256, 343])
    }, {})
  })

  test('a gate that runs with the old key signs nothing more, and what it had signed meanwhile is brought over', async (t) => {
    const world = await filled(t)
    await world.gate(async (log) => {
      await log.append(moduleAt(5), recordText(moduleAt(5)))
      assert.equal((await world.run(['rotate', '--yes'])).code, 0)
      await assert.rejects(log.append(moduleAt(6), recordText(moduleAt(6))), { code: 'log-closed' })
      assert.equal((await log.find(moduleAt(5)))?.id, 5)
      const status = await log.status()
      assert.ok(!status.signs && status.closed.cause === 'moved')
    })
    await assertGoesOn(world, `${logName}/e2`, expected(6))
  })

  test('a log whose old key comes back is moved with what was signed under the newer name', async (t) => {
    const world = await filled(t)
    const old = await readFile(world.key)
    await world.run(['rotate', '--yes'])
    await world.fill(5, 7, {})
    await writeFile(world.key, old)
    const status = await world.run(['status'])
    assert.equal(status.code, 1)
    assert.match(status.stdout, /no \(moved\)\nwhy +the log has moved to gate\.example\/log\/e2\n/)
    assert.equal((await world.run(['rotate', '--yes'])).code, 0)
    await assertGoesOn(world, `${logName}/e3`, expected(7))
  })

  test('an empty log moves too', async (t) => {
    const world = await logDirectory(t)
    await world.gate(async (log) => {
      assert.equal((await world.run(['rotate', '--yes'])).code, 0)
      await assert.rejects(log.latest(), { code: 'log-moved' })
      await assert.rejects(log.append(moduleAt(0), recordText(moduleAt(0))), { code: 'log-closed' })
    })
    await assertGoesOn(world, `${logName}/e2`, expected(0))
  })

  test('a key that others may read is refused with the remedy', async (t) => {
    const world = await filled(t)
    await chmod(world.key, 0o644)
    const { code, stderr } = await world.run(['rotate', '--yes'])
    assert.equal(code, 2)
    assert.match(stderr, /chmod 600/)
  })
})
