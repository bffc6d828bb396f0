// What an operator may get wrong, with the real command: one clear text, exit code 2, nothing lost, no stack trace.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { modgate } from './harness/gate.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

interface Row {
  readonly claim: string
  readonly flags?: readonly string[]
  /** What stands in the data directory before. */
  readonly files?: Readonly<Record<string, string>>
  readonly says: RegExp
}

const foreign = { 'holiday.jpg': 'x', 'notes.txt': 'y' }

const rows: readonly Row[] = [
  { claim: 'an unknown flag', flags: ['--lisen', ':1'], says: /--lisen is no flag; did you mean --listen\?/ },
  { claim: 'a flag without its value', flags: ['--listen'], says: /--listen needs a value/ },
  { claim: 'a pattern that could never match', flags: ['--private', 'https://corp.example'], says: /--private/ },
  { claim: 'a pattern that is malformed', flags: ['--no-verify', 'corp.example/[a-'], says: /--no-verify/ },
  { claim: 'a route without a list', flags: ['--route', 'corp.example'], says: /--route/ },
  { claim: 'a key that is none', flags: ['--sumdb', 'sumdb.example+00000000+AAAA'], says: /--sumdb/ },
  { claim: 'an upstream with another scheme', flags: ['--upstream', 'ftp://p.example'], says: /--upstream/ },
  { claim: 'a duration without a unit', flags: ['--stall-timeout', '5'], says: /--stall-timeout/ },
  { claim: 'a certificate without its key', flags: ['--tls-cert', '/nowhere.pem'], says: /--tls-key/ },
  {
    claim: 'a certificate that is not there',
    flags: ['--tls-cert', '/nowhere.pem', '--tls-key', '/nowhere.key'],
    says: /--tls-cert \/nowhere\.pem.*ENOENT/,
  },
  { claim: 'a configuration file that is not there', flags: ['--config', '/nowhere.yaml'], says: /\/nowhere\.yaml/ },
  { claim: 'foreign files in the data directory', files: foreign, says: /not modgate's \(.*holiday\.jpg.*\)/ },
  {
    claim: 'a store of a newer format',
    files: { 'modgate-store': 'modgate store 999\n', 'modules/a.example/m/@v/list': 'v1.0.0\n' },
    says: /store format 999, written by a newer modgate/,
  },
  {
    claim: 'a store whose format nobody knows',
    files: { 'modgate-store': 'modgate store 0.1 beta\n', 'modules/a.example/m/@v/list': 'v1.0.0\n' },
    says: /modgate-store file that this modgate does not understand/,
  },
]

for (const { claim, flags = [], files = {}, says } of rows) {
  test(`${claim} ends with 2 and says what is wrong`, async (t) => {
    const data = await temporaryDirectory(t)
    await writeFiles(data, files)
    const wrong = await serve(t, data, flags)
    assertClear(wrong, says)
    for (const [name, content] of Object.entries(files)) assert.equal(await readFile(join(data, name), 'utf8'), content)
    assert.equal((await readdir(data)).length, new Set(Object.keys(files).map((name) => name.split('/')[0])).size)
  })
}

test('a port that is taken ends with 2, and the data directory can be used by the next', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const data = await temporaryDirectory(t)
  const listen = ['--listen', `127.0.0.1:${(taken.address() as AddressInfo).port}`]
  assertClear(await serve(t, data, listen), /another program listens there already/)
  assert.deepEqual(await readdir(join(data, 'spool')), [])
})

for (const place of ['/proc/modgate-cannot-be-here', '/dev/null/data']) {
  test(`a data directory that cannot be made (${place}) ends with 2`, async (t) => {
    const wrong = await serve(t, await temporaryDirectory(t), ['--data', place])
    assertClear(wrong, new RegExp(`data directory ${place}: cannot be used`))
  })
}

/** The later of two `--data` would be an error of its own, so the row's replaces ours. */
async function serve(t: Parameters<typeof ownProcess>[0], data: string, flags: readonly string[]) {
  const own = [
    ...(flags.includes('--data') ? [] : ['--data', data]),
    ...(flags.includes('--listen') ? [] : ['--listen', '127.0.0.1:0']),
    ...(flags.includes('--upstream') ? [] : ['--upstream', 'http://127.0.0.1:1']),
    ...(flags.includes('--sumdb') ? [] : ['--sumdb', 'off']),
  ]
  const env = { PATH: '/usr/bin:/bin', HOME: await temporaryDirectory(t) }
  return ownProcess(t, [...modgate, 'serve', ...own, ...flags], { cwd: env.HOME, env }).ended
}

function assertClear({ code, stdout, stderr }: Awaited<ReturnType<typeof serve>>, says: RegExp): void {
  assert.equal(code, 2, stderr)
  assert.match(stderr, says)
  assert.match(stderr, /^modgate: /)
  assert.match(stderr, /\n {2}next: /)
  assert.ok(stderr.trimEnd().split('\n').length <= 3, stderr)
  assert.doesNotMatch(stdout + stderr, /\n\s+at |\.ts:\d+|defect/)
}
