import assert from 'node:assert/strict'
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { testMachine } from '../config/test-machine.ts'
import { testRoot } from '../gateway/test-gate.ts'
import { openDataDirectory } from '../store/data-directory.ts'
import { runCommandLine } from './command-line.ts'

async function run(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() }
  await runCommandLine(['cache', ...args], streams, testMachine({ environment }))
  streams.stdout.end()
  streams.stderr.end()
  return { stdout: await text(streams.stdout), stderr: await text(streams.stderr) }
}

test('cache gc removes mirrors of repositories that were used the longest ago, and cache ls says what there are', async (t) => {
  const root = await testRoot(t)
  const directory = await openDataDirectory(root)
  await directory.close()
  const environment = { MODGATE_DATA: root }
  for (const [name, days] of [
    ['old', 2],
    ['new', 1],
    ['used', 0],
  ] as const) {
    const mirror = join(root, 'vcs/git-public', name, 'content-sha1-7')
    await mkdir(mirror, { recursive: true })
    await writeFile(join(mirror, 'HEAD'), Buffer.alloc(40_960))
    const used = new Date(Date.now() - days * 24 * 3600_000)
    await utimes(mirror, used, used)
  }
  assert.match((await run(['ls'], environment)).stdout, /\nand 3 mirrors of repositories, 1[\d.]+ kB\n$/)
  const { stdout } = await run(['gc', '--mirror-size', '100kB'], environment)
  assert.match(stdout, /\nevicted 1 mirror of repositories \([\d.]+ kB\), kept [\d.]+ kB\n$/)
  assert.deepEqual((await readdir(join(root, 'vcs/git-public'))).toSorted(), ['new', 'used'])
  const { stderr } = await run(['gc', '--mirror-size', '1kB'], environment)
  assert.deepEqual(await readdir(join(root, 'vcs/git-public')), ['used'])
  assert.match(stderr, /warning: mirrors that were used within 15 minutes take [\d.]+ kB/)
})
