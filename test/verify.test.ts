// modgate verify: every line of go.sum before the log of the gate, a second gate, and the public database.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { runCommand } from './harness/command.ts'
import { status, tamperedZip } from './harness/fault.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream, type Upstream } from './harness/upstream.ts'

const priv = 'private.example/team/secret'
const program = {
  'go.mod': `module main.example\n\ngo 1.20\n\nrequire (\n\thello.example/hello v1.0.0\n\t${priv} v1.0.0\n)\n`,
}

async function gateOver(t: TestContext, upstream: Upstream, name: string): Promise<Gate & { readonly key: string }> {
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', name],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
  ]
  const gate = await startGate(t, { flags })
  const machine = { home: gate.data, cwd: gate.data, environment: {} }
  const { stdout } = await runCommand(['log', 'key', '--data', gate.data], machine)
  return { ...gate, key: stdout.trim() }
}

const lineAt = (sum: string, start: string) => sum.split('\n').findIndex((line) => line.startsWith(start)) + 1

test('a go.sum of the real go is what the log has; a gate that saw a moved tag is found out, by verify and by go', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const [upstream, moved] = await Promise.all([corpusUpstream(t), corpusUpstream(t)])
  moved.fault(`*${priv}/@v/v1.0.0.zip`, tamperedZip(moved.corpus.find(priv, 'v1.0.0')!.entries))
  const [first, second] = await Promise.all([gateOver(t, upstream, 'one.test'), gateOver(t, moved, 'two.test')])
  const client = await goClient(t, { toolchain, proxy: first.url, sumdb: first.key, files: program })
  const downloaded = await client.run(['mod', 'download', 'all'])
  assert.equal(downloaded.code, 0, downloaded.stderr)
  const machine = { home: client.env['HOME']!, cwd: client.directory, environment: client.env }
  const verified = await runCommand(['verify', '--private', 'private.example'], machine)
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)
  assert.match(verified.stdout, /^ {2}one\.test: (\d+) verified$/m)
  assert.match(verified.stdout, /^all agree$/m)

  const sum = await readFile(join(client.directory, 'go.sum'), 'utf8')
  const found = await runCommand(['verify', '--also', `${second.key}=${second.url}`], machine)
  assert.equal(found.code, 1)
  const line = lineAt(sum, `${priv} v1.0.0 h1:`)
  const [, ours] = new RegExp(`^${priv} v1\\.0\\.0 (h1:\\S+)$`, 'm').exec(sum)!
  const words = new RegExp(
    `^go\\.sum:${line}: ${priv} v1\\.0\\.0: mismatch: (h1:\\S+) here, (h1:\\S+) in two\\.test at http`,
    'm',
  )
  const [, here, there] = words.exec(found.stdout) ?? assert.fail(found.stdout)
  assert.equal(here, ours)
  assert.notEqual(there, ours)
  assert.equal(found.stdout.match(/mismatch:/g)?.length, 1)

  const another = await goClient(t, {
    toolchain,
    proxy: second.url,
    sumdb: second.key,
    files: { ...program, 'go.sum': sum },
  })
  const refused = await another.run(['mod', 'download', 'all'])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /SECURITY ERROR|checksum mismatch/)
})

/** A project whose go.sum is right, and what is asked of it. */
async function project(t: TestContext) {
  const upstream = await corpusUpstream(t)
  const gate = await gateOver(t, upstream, 'one.test')
  const cwd = await temporaryDirectory(t)
  const lines: string[] = []
  for (const module of ['hello.example/hello@v1.0.0', `${priv}@v1.0.0`]) {
    const text = await (await fetch(`${gate.url}/sumdb/one.test/lookup/${module}`)).text()
    lines.push(...text.split('\n').slice(1, 3))
  }
  const sum = `${lines.join('\n')}\n`
  await writeFiles(cwd, { 'go.sum': sum })
  const environment = { PATH: '/usr/bin:/bin', GOENV: 'off', GOPROXY: gate.url, GOSUMDB: gate.key }
  const verify = (args: readonly string[] = [], more: Record<string, string> = {}) =>
    runCommand(['verify', ...args], { home: cwd, cwd, environment: { ...environment, ...more } })
  return { upstream, gate, cwd, sum, verify }
}

test('a changed line, and one of a version that is not there, are named by file and line, for programs too', async (t) => {
  const { cwd, sum, verify } = await project(t)
  const absent = `hello.example/hello v1.9.9 h1:${'A'.repeat(43)}=\n`
  await writeFile(join(cwd, 'go.work.sum'), `${sum.replace(/h1:....(?=\S+\n$)/, 'h1:AAAA')}${absent}`)
  const { code, stdout } = await verify(['--json'])
  assert.equal(code, 1)
  const { agree, problems } = JSON.parse(stdout) as { readonly agree: boolean; readonly problems: readonly object[] }
  assert.equal(agree, false, JSON.stringify(problems))
  assert.deepEqual(
    problems.map((each) => {
      const { file, line, kind, goMod } = each as Record<string, unknown>
      return [file, line, kind, goMod]
    }),
    [
      ['go.work.sum', 4, 'mismatch', true],
      ['go.work.sum', 5, 'missing', false],
    ],
  )
})

test('the private name reaches no public database, and who is verified by nobody is said', async (t) => {
  const { upstream, gate, verify } = await project(t)
  upstream.forget()
  const also = await verify([
    '--also',
    upstream.database.key,
    '--proxy',
    `${gate.url},${upstream.url}`,
    '--private',
    'private.example',
  ])
  assert.equal(also.code, 0, also.stdout)
  assert.match(also.stdout, /2 verified, 2 unasked$/m)
  assert.equal(upstream.count('*private*'), 0)
  const unset = await verify([], { GOPRIVATE: 'private.example' })
  assert.equal(unset.code, 1)
  assert.match(
    unset.stdout,
    /2 lines were verified by nobody, the first of them go\.sum:3[^]*--gate URL --key VERIFIER/,
  )
  const named = await verify(['--gate', gate.url, '--key', gate.key], { GOPRIVATE: 'private.example', GOSUMDB: 'off' })
  assert.equal(named.code, 0, named.stdout)
})

const hostile: readonly [what: string, answer: (path: string) => { status: number; body: string }, says: RegExp][] = [
  ['answers 500', () => ({ status: 500, body: 'no' }), /unreachable: .*answered 500/],
  ['answers a login page', () => ({ status: 200, body: '<!doctype html><title>Sign in</title>' }), /untrusted: /],
  ['answers nothing', () => ({ status: 200, body: '' }), /untrusted: /],
  [
    'answers a record without a signed head',
    () => ({ status: 200, body: '0\nhello.example/hello v1.0.0 h1:x\n\n' }),
    /untrusted: /,
  ],
  ['answers control bytes', () => ({ status: 200, body: '\u001b[2J\u0000'.repeat(100) }), /untrusted: /],
  ['answers without end', () => ({ status: 200, body: 'x'.repeat(5 << 20) }), /unreachable: .*more than/],
  ['says that nothing is there', () => ({ status: 404, body: 'not found' }), /missing: /],
]

for (const [what, answer, says] of hostile) {
  test(`a database that ${what} ends in words`, async (t) => {
    const { verify } = await project(t)
    const server = createServer((request, response) => {
      const { status: code, body } = answer(request.url ?? '')
      response.writeHead(code).end(body)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { key } = await gateOver(t, await corpusUpstream(t), 'liar.test')
    const { code, stdout, stderr } = await verify(['--also', `${key}=${url}`])
    assert.equal(code, 1, stderr)
    assert.match(stdout, says)
    assert.doesNotMatch(stdout, /[\u0000\u001b]/)
    assert.match(stdout, /^ {2}one\.test: 4 verified$/m)
  })
}

test('a gate that is not there, or whose upstream fails, is unreachable and no mismatch', async (t) => {
  const { gate, upstream, cwd, sum, verify } = await project(t)
  upstream.fault('*', status(500))
  await writeFile(join(cwd, 'go.sum'), `${sum}hello.example/hello v1.1.0 h1:${'A'.repeat(43)}=\n`)
  const failing = await verify()
  assert.equal(failing.code, 1)
  assert.match(failing.stdout, /^go\.sum:5: hello\.example\/hello v1\.1\.0: unreachable: one\.test/m)
  assert.match(failing.stdout, /4 verified, 1 unreachable/)
  await gate.stop()
  const gone = await verify()
  assert.equal(gone.code, 1)
  assert.match(gone.stdout, /: 0 verified, 5 unreachable$/m)
})

test('wrong use ends with 2 and what to do', async (t) => {
  const cwd = await temporaryDirectory(t)
  await writeFiles(cwd, { 'bad.sum': 'one two\n', 'good.sum': '' })
  const environment = { PATH: '/usr/bin:/bin', GOENV: 'off', GOSUMDB: 'off' }
  for (const [args, says] of [
    [[], /there is none in/],
    [['absent.sum'], /absent\.sum[^]*is not there/],
    [['bad.sum'], /wrong number of fields 2/],
    [['good.sum'], /no database to verify with[^]*--gate/],
    [['good.sum', '--gate', 'https://gate.example'], /its URL and its verifier key/],
    [['good.sum', '--sumdb', 'nonsense'], /malformed verifier id/],
    [
      ['good.sum', '--sumdb', 'sum.golang.org', '--also', 'sum.golang.org=ftp://x'],
      /invalid proxy URL scheme|no URL of a gate/,
    ],
  ] as const) {
    const { code, stderr } = await runCommand(['verify', ...args], { home: cwd, cwd, environment })
    assert.equal(code, 2, stderr)
    assert.match(stderr, says)
  }
})
