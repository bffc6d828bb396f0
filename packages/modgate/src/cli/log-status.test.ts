import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { logDirectory, treeOf, type LogDirectory } from './test-log-world.ts'

const json = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout) as Record<string, unknown>

async function filled(t: TestContext): Promise<LogDirectory> {
  const world = await logDirectory(t)
  await world.fill(0, 5)
  return world
}

test('status says name, key id, size, root, time and guard, and that it signs', async (t) => {
  const world = await filled(t)
  const { code, stdout } = await world.run(['status'])
  assert.equal(code, 0)
  assert.match(stdout, /^log +gate\.example\/log\nkey id +[0-9a-f]{8}\nsize +5 records\nroot +[\w+/]{43}=\nsigned +20/)
  assert.match(stdout, new RegExp(`^guard +${world.guard}: 5 records\nsigns +yes\n$`, 'm'))
  const { keyId, signs, size, root, guard } = json(await world.run(['status', '--json']))
  assert.match(String(keyId), /^[0-9a-f]{8}$/)
  assert.deepEqual({ signs, size, guard }, { signs: true, size: 5, guard: { path: world.guard, size: 5, root } })
})

test('status changes nothing on the disk, also where a gate was killed', async (t) => {
  const world = await filled(t)
  await mkdir(join(world.data, 'spool', 'elsewhere-1-1-00'), { recursive: true })
  for (const path of [world.data, dirname(world.guard)]) {
    const before = await treeOf(path)
    assert.equal((await world.run(['status'])).code, 0)
    assert.deepEqual(await treeOf(path), before)
  }
})

test('where no log has begun, and where there is no store, it is used wrongly', async (t) => {
  const world = await logDirectory(t)
  assert.equal((await world.run(['status'])).code, 2)
  await mkdir(world.data, { recursive: true })
  assert.match((await world.run(['status'])).stderr, /holds no store/)
})
