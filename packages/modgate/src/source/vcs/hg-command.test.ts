import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { StartProgram } from '../../core/ports.ts'
import { hg, hgArgs, withHgAccess } from './hg-command.ts'

async function temporary(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'modgate-hg-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

test('what somebody else chose stands behind the end of the options', () => {
  const args = hgArgs(['pull', '--force'], '--config=alias.x=!evil')
  assert.equal(args[0], 'pull')
  assert.ok(args.indexOf('--') < args.indexOf('--config=alias.x=!evil'))
})

test('of the environment only what finds programs and certificates goes through', async () => {
  const seen: Readonly<Record<string, string | undefined>>[] = []
  const start: StartProgram = (_, { environment }) => {
    seen.push(environment)
    return {
      output: (async function* () {})(),
      ended: Promise.resolve({ code: 0, stderr: '', isClean: true }),
      stop() {},
    }
  }
  const inherited = {
    PATH: '/bin',
    HGRCPATH: '/etc/evil',
    HGMERGE: 'evil',
    EDITOR: 'evil',
    PYTHONPATH: '/evil',
    HOME: '/root',
  }
  await hg(start, { inherited, home: '/nothing' }).run(
    { repository: '/x', args: ['tags'], asked: 'tags', who: 'x' },
    10,
  )
  assert.deepEqual(
    Object.keys(seen[0]!).filter((name) => String(seen[0]![name]).includes('evil')),
    [],
  )
  assert.deepEqual([seen[0]!['PATH'], seen[0]!['HOME'], seen[0]!['HGRCPATH']], ['/bin', '/nothing', ''])
})

test('a login stands in a file that only its owner reads, for as long as it is used', async (t) => {
  const directory = await temporary(t)
  const access = { login: { user: 'me', password: 'hunter2' }, proxy: { host: '127.0.0.1', port: 99 } }
  await withHgAccess({ url: 'https://code.example/lib', access, directory }, async ({ environment, config }) => {
    const file = environment!['HGRCPATH']!
    assert.equal((await stat(file)).mode & 0o777, 0o600)
    const text = await readFile(file, 'utf8')
    assert.match(text, /host = 127\.0\.0\.1:99\nalways = yes/)
    assert.match(text, /own\.prefix = https:\/\/code\.example\/lib\nown\.username = me\nown\.password = hunter2\n/)
    // So that no message shows it.
    assert.ok(config!.some(([, value]) => value === 'hunter2'))
  })
  await assert.rejects(
    withHgAccess({ url: 'x', access, directory }, () => Promise.reject(new Error('hg failed'))),
    /hg failed/,
  )
  assert.deepEqual(await readdir(directory), [])
})

test('without a way hg has a proxy that is none', async (t) => {
  const directory = await temporary(t)
  await withHgAccess(
    { url: 'ssh://code.example/lib', access: { ssh: "ssh -F 'none'" }, directory },
    async ({ environment }) => {
      const text = await readFile(environment!['HGRCPATH']!, 'utf8')
      assert.match(text, /host = 127\.0\.0\.1:1\n/)
      assert.match(text, /\[ui\]\nssh = ssh -F 'none'\n/)
    },
  )
})
