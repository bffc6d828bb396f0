// `modgate onboard`: the real go builds with exactly the lines that it prints, and what stands in the way is told in words.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import { loopbackCertificate } from './harness/certificate.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { startGate, type Gate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { fencedBlocks } from './harness/markdown.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const name = 'gate.test/log'
const program = {
  'go.mod':
    'module main.example\n\ngo 1.20\n\nrequire (\n\thello.example/hello v1.0.0\n\tprivate.example/team/secret v1.0.0\n)\n',
  'main.go':
    'package main\n\nimport (\n\t"hello.example/hello"\n\t"private.example/team/secret"\n)\n\nfunc main() { println(hello.Hello(), secret.Secret()) }\n',
}

async function world(t: TestContext, more: readonly string[] = ['--log-name', name]) {
  const upstream = await corpusUpstream(t)
  const guard = join(await temporaryDirectory(t), 'log.guard')
  const flags = [
    ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-guard', guard],
    ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
    ...more,
  ]
  return { upstream, guard, flags, gate: await startGate(t, { flags }) }
}

/** Runs it on a machine with nothing but these settings. */
async function onboard(t: TestContext, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const home = await temporaryDirectory(t)
  const machine = { home, cwd: home, environment: { HOME: home, PATH: '/usr/bin:/bin', ...environment } }
  return runCommand(['onboard', ...args], machine)
}

const keyIn = (text: string) => new RegExp(`${name}\\+[0-9a-f]{8}\\+[A-Za-z0-9+/=]+`).exec(text)![0]

/** A client whose own settings exempt everything that could be, in the environment or in the file of go env -w. */
async function exemptClient(t: TestContext, where: 'environment' | 'file' | 'nobody'): Promise<GoClient | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const client = await goClient(t, { toolchain, proxy: '', sumdb: '', files: program })
  const goenv = join(client.env['HOME']!, 'go.env')
  const settings = { GOPRIVATE: 'private.example', GONOSUMDB: '*', GOPROXY: 'off' }
  const file = { environment: { GONOPROXY: 'private.example' }, file: settings, nobody: {} }[where]
  const text = Object.entries(file).map(([variable, value]) => `${variable}=${value}\n`)
  await writeFiles(client.env['HOME']!, { 'go.env': text.join('') })
  delete client.env['GOPROXY']
  delete client.env['GOSUMDB']
  Object.assign(client.env, { GOENV: goenv, ...(where === 'environment' && settings) })
  return client
}

/** Builds and runs the program in a shell that has run the lines before. */
async function builds(t: TestContext, client: GoClient, lines: string): Promise<string> {
  const script = `set -e\n${lines}\ngo mod tidy\ngo run .\n`
  const { code, stdout, stderr } = await ownProcess(t, ['/bin/sh', '-c', script], {
    cwd: client.directory,
    env: client.env,
  }).ended
  assert.equal(code, 0, stdout + stderr)
  return stderr
}

for (const [target, where] of [
  ['shell', 'environment'],
  ['shell', 'file'],
  ['go-env', 'file'],
  ['go.env', 'nobody'],
] as const) {
  test(`the lines for ${target} are all that go needs, whatever the ${where} exempted before`, async (t) => {
    const client = await exemptClient(t, where)
    if (!client) return
    const { gate } = await world(t)
    const machine = { home: client.env['HOME']!, cwd: client.directory, environment: client.env }
    const { code, stdout, stderr } = await runCommand(['onboard', '--gate', gate.url, '--for', target], machine)
    assert.equal(code, 0, stderr)
    if (target === 'go.env') {
      await writeFiles(client.env['HOME']!, { 'go.env': stdout })
      assert.match(await builds(t, client, ':'), /hello v1\.0\.0 secret v1\.0\.0/)
      return
    }
    assert.match(stderr, /GOPRIVATE=private\.example .* must go/)
    assert.match(await builds(t, client, stdout), /hello v1\.0\.0 secret v1\.0\.0/)
    const seen = await readFile(
      join(client.env['GOMODCACHE']!, 'cache/download/sumdb', name, 'lookup/private.example/team/secret@v1.0.0'),
      'utf8',
    )
    assert.match(seen, /private\.example\/team\/secret v1\.0\.0 h1:/)
  })
}

test('--write makes the file of go env -w say it, tells the way back, and go then needs nothing else', async (t) => {
  const client = await exemptClient(t, 'file')
  if (!client) return
  const { gate } = await world(t)
  const machine = { home: client.env['HOME']!, cwd: client.directory, environment: client.env }
  const asked = await runCommand(['onboard', '--gate', gate.url, '--write'], machine)
  assert.equal(asked.code, 1)
  assert.match(asked.stderr, /no terminal to ask at/)
  assert.match(await readFile(client.env['GOENV']!, 'utf8'), /^GOPRIVATE=/m)
  const { code, stdout, stderr } = await runCommand(['onboard', '--gate', gate.url, '--write', '--yes'], machine)
  assert.deepEqual([code, stdout], [0, ''], stderr)
  assert.match(stderr, /to go back:[^]*go env -w GOPRIVATE=private\.example[^]*go env -w GOPROXY=off/)
  const key = keyIn(await readFile(client.env['GOENV']!, 'utf8'))
  assert.equal(await readFile(client.env['GOENV']!, 'utf8'), `GOPROXY=${gate.url}\nGOSUMDB=${key}\n`)
  assert.match(await builds(t, client, ':'), /hello v1\.0\.0 secret v1\.0\.0/)
  const again = await runCommand(['onboard', '--gate', gate.url, '--write', '--yes'], machine)
  assert.match(again.stderr, /says all of it already/)
})

test('--write keeps what it may not show', async (t) => {
  const { gate } = await world(t)
  const home = await temporaryDirectory(t)
  const before = 'GOPROXY=https://me:s3cretS3cret@p.example\n'
  await writeFiles(home, { 'go.env': before })
  const goenv = join(home, 'go.env')
  const machine = { home, cwd: home, environment: { HOME: home, PATH: '/usr/bin:/bin', GOENV: goenv } }
  const { code, stdout, stderr } = await runCommand(['onboard', '--gate', gate.url, '--write', '--yes'], machine)
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stdout + stderr, /s3cret/)
  assert.match(stderr, /credentials that are not shown here: .*go\.env\.before-modgate/)
  assert.equal(await readFile(`${goenv}.before-modgate`, 'utf8'), before)
  assert.doesNotMatch(await readFile(goenv, 'utf8'), /s3cret/)
})

test('--write says what would win over the file, and where go reads none', async (t) => {
  const { gate } = await world(t)
  const inTheWay = { GOPROXY: 'direct', GOPRIVATE: 'corp.example' }
  const { code, stderr } = await onboard(t, ['--gate', gate.url, '--write', '--yes'], inTheWay)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /the environment wins over these lines: unset GOPROXY GOPRIVATE/)
  const none = await onboard(t, ['--gate', gate.url, '--write', '--yes'], { GOENV: 'off' })
  assert.equal(none.code, 2)
  assert.match(none.stderr, /GOENV=off: go reads no file of settings/)
})

/** Something between a client and the gate: what it does to a request, or nothing, and then the request goes on as it came. */
type Between = (request: IncomingMessage, response: ServerResponse) => string | undefined

async function between(t: TestContext, gate: Gate, behave: Between): Promise<string> {
  const server = createServer((request, response) => {
    const path = behave(request, response)
    if (path === undefined) return
    const onward = httpRequest(`${gate.url}${path}`, { headers: { host: request.headers.host ?? '' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    onward.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const answers = (response: ServerResponse, status: number, type: string, text: string): undefined => {
  response.writeHead(status, { 'content-type': type }).end(text)
  return undefined
}
const login = '<!DOCTYPE html><title>Sign in</title>'

test('what stands between a client and the gate is told, and nothing is printed that was not proved', async (t) => {
  const { gate } = await world(t)
  const other = await world(t)
  const key = keyIn(await (await fetch(gate.url)).text())
  const latest = Buffer.from(await (await fetch(`${other.gate.url}/sumdb/${name}/latest`)).arrayBuffer()).toString()
  const log = { name, key, size: 0 }
  const offering = (more: object): Between => {
    const offer = JSON.stringify({ product: 'modgate', version: '1', url: gate.url, exempt: '', ...more })
    return (_, response) => answers(response, 200, 'application/json', offer)
  }
  const rows: readonly (readonly [what: string, behave: Between, code: number, says: RegExp])[] = [
    ['nothing', ({ url }) => url, 0, /it passes gate\.test\/log on[^]*its head is signed with the key/],
    [
      'a login page',
      (_, response) => answers(response, 200, 'text/html', login),
      1,
      /is a web page and no gate: a login/,
    ],
    [
      'a redirect to a login page',
      ({ url }, response) =>
        url === '/login'
          ? answers(response, 200, 'text/html', login)
          : void response.writeHead(302, { location: '/login' }).end(),
      1,
      /\/login, to which .* redirects, is a web page and no gate/,
    ],
    [
      'a redirect to the gate',
      ({ url }, response) => void response.writeHead(301, { location: gate.url + url! }).end(),
      0,
      /every request is redirected[^]*modgate onboard --gate http/,
    ],
    [
      'a redirect in a circle',
      ({ url }, response) => void response.writeHead(302, { location: url! }).end(),
      1,
      /stopped after 10 redirects/,
    ],
    [
      'a password',
      (_, response) => answers(response, 401, 'text/plain', 'who?'),
      1,
      /wants to know who asks \(status 401\)[^]*netrc/,
    ],
    [
      'another server',
      (_, response) => answers(response, 404, 'text/plain', 'nginx'),
      1,
      /answers 404, and no modgate says that/,
    ],
    [
      'other JSON',
      (_, response) => answers(response, 200, 'application/json', '{"a":1}'),
      1,
      /answers something that no gate says/,
    ],
    [
      'a key with controls',
      offering({ log: { ...log, key: 'a.example+00000000+\u001b[31mAAAA' } }),
      1,
      /the key that it offers is none/,
    ],
    [
      'a key with a command',
      offering({ log: { ...log, key: 'a.example+00000000+$(id)' } }),
      1,
      /the key that it offers is none/,
    ],
    [
      'a key and a place to ask',
      offering({ log: { ...log, key: `${key} https://evil.test` } }),
      1,
      /the key that it offers is none/,
    ],
    ['verification off', offering({ sumdb: 'off' }), 1, /nothing would be verified/],
    ['a database elsewhere', offering({ sumdb: 'sum.golang.org https://evil.test' }), 1, /nothing would be verified/],
    [
      'an offer without end',
      (_, response) => answers(response, 200, 'application/json', ' '.repeat(70_000)),
      1,
      /more than 65536 bytes/,
    ],
    ['a stripped prefix', ({ url }) => `/x${url}`, 1, /a modgate answers at .*, but not at this path[^]*base path/],
    [
      'a proxy without /sumdb/',
      ({ url }, response) => (url!.startsWith('/sumdb/') ? answers(response, 404, 'text/plain', 'no') : url),
      1,
      /supported answers 404, after which go would ask https:\/\/gate\.test\/log itself/,
    ],
    [
      'a login before /sumdb/ alone',
      ({ url }, response) => (url!.startsWith('/sumdb/') ? answers(response, 200, 'text/html', login) : url),
      1,
      /supported: a web page instead of what was asked for[^]*past the login/,
    ],
    [
      'a proxy that encodes again',
      ({ url }) => url!.replaceAll('%', '%25'),
      1,
      /changes paths: .* arrived as another one \(bad-request\)/,
    ],
    [
      'a proxy with error pages of its own',
      ({ url }, response) => (url!.startsWith('/cached-only/') ? answers(response, 404, 'text/html', '<html>') : url),
      0,
      /answers in its place[^]*let it pass on status and text of errors/,
    ],
    [
      "the head of another gate's log",
      ({ url }, response) => (url!.endsWith('/latest') ? answers(response, 200, 'text/plain', latest) : url),
      1,
      /the head of gate\.test\/log is not signed with the key of these lines/,
    ],
  ]
  for (const [what, behave, code, says] of rows) {
    const url = await between(t, gate, behave)
    const run = await onboard(t, ['--gate', url])
    assert.equal(run.code, code, `${what}: ${run.stderr}`)
    assert.match(run.stderr.replaceAll(/\s+/g, ' '), new RegExp(says.source.replaceAll('[^]*', '.*')), what)
    assert.equal(run.stdout, code === 0 ? `export GOPROXY=${url}\nexport GOSUMDB=${key}\n` : '', what)
  }
})

test('a wrong key, a wrong path, a wrong scheme and nobody at all are told apart', async (t) => {
  const { gate } = await world(t)
  const key = keyIn(await (await fetch(gate.url)).text())
  const wrong = generateKey(name).verifier
  const rows: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
    [['--gate', gate.url, '--key', key], 0, /its key is that of --key/],
    [['--gate', gate.url], 0, /its key is believed at first sight/],
    [['--gate', gate.url, '--key', wrong], 1, /its key is .* and that of --key is/],
    [['--gate', gate.url, '--key', 'nonsense'], 2, /is no verifier line/],
    [['--gate', `${gate.url}/go`], 1, /no gate is at .*\/go, but one is at/],
    [['--gate', gate.url.replace('http:', 'https:')], 1, /TLS/],
    [['--gate', 'http://127.0.0.1:1'], 1, /ECONNREFUSED[^]*start the gate/],
    [['--gate', 'http://nowhere.invalid'], 1, /no address for nowhere\.invalid/],
    [['--gate', 'ftp://gate.example'], 2, /is no http or https URL/],
    [['--gate', 'https://me:secret@gate.example'], 2, /holds credentials/],
    [['--gate', `${gate.url}?x=1`], 2, /has a query/],
  ]
  for (const [args, code, says] of rows) {
    const run = await onboard(t, args)
    assert.equal(run.code, code, `${args.join(' ')}: ${run.stderr}`)
    assert.match(run.stderr.replaceAll(/\s+/g, ' '), says)
    assert.equal(run.stdout === '', code !== 0)
    assert.doesNotMatch(run.stdout + run.stderr, /secret@/)
  }
})

test('the certificate is judged as go judges it', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const { certFile, keyFile, cert } = await loopbackCertificate(t)
  const gate = await startGate(t, {
    flags: ['--upstream', 'off', '--tls-cert', certFile, '--tls-key', keyFile],
    ca: cert,
  })
  const stranger = await onboard(t, ['--gate', gate.url])
  assert.equal(stranger.code, 1)
  assert.match(stranger.stderr, /certificate[^]*SSL_CERT_FILE/)
  const { code, stderr } = await onboard(t, ['--gate', gate.url], { SSL_CERT_FILE: certFile })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /https, with a certificate that the go command here accepts/)
})

test('without --gate it is the gate of the settings here, whose key comes from its directory; --no-check asks nobody', async (t) => {
  const { gate, upstream } = await world(t)
  const listen = gate.url.replace('http://', '')
  const args = ['--data', gate.data, '--listen', listen]
  const proved = await onboard(t, args)
  assert.equal(proved.code, 0, proved.stderr)
  assert.match(proved.stderr, /its key is that of the data directory/)
  await gate.stop()
  upstream.forget()
  assert.equal((await onboard(t, args)).code, 1)
  const unproved = await onboard(t, [...args, '--no-check'])
  assert.deepEqual([unproved.code, unproved.stdout], [0, proved.stdout])
  assert.match(unproved.stderr, /^not proved/m)
  const none = await onboard(t, ['--data', join(dirname(gate.data), 'none')])
  assert.equal(none.code, 2)
  assert.match(none.stderr, /say with --gate where the gate is/)
})

test('a record that the log has is proved, as JSON too', async (t) => {
  const { gate } = await world(t)
  await fetch(`${gate.url}/sumdb/${name}/lookup/private.example/team/secret@v1.0.0`)
  const { code, stdout } = await onboard(t, ['--gate', gate.url, '--json', '--for', 'github'])
  assert.equal(code, 0)
  const said = JSON.parse(stdout) as { proved: boolean; lines: string[]; key: string; steps: { words: string }[] }
  assert.deepEqual([said.proved, said.lines], [true, [`GOPROXY=${gate.url}`, `GOSUMDB=${said.key}`]])
  assert.ok(said.steps.some(({ words }) => /record of private\.example\/team\/secret@v1\.0\.0 is proved/.test(words)))
})

test('a log that this machine has seen otherwise is not onboarded to', async (t) => {
  const first = await world(t)
  const lookup = (gate: Gate, module: string) => fetch(`${gate.url}/sumdb/${name}/lookup/${module}`)
  await lookup(first.gate, 'private.example/team/secret@v1.0.0')
  const seen = await (await fetch(`${first.gate.url}/sumdb/${name}/latest`)).text()
  const second = await world(t, ['--log-key', join(first.gate.data, 'modgate-log.key')])
  await lookup(second.gate, 'hello.example/hello@v1.0.0')
  const gopath = await temporaryDirectory(t)
  await writeFiles(gopath, { [`pkg/sumdb/${name}/latest`]: seen })
  const same = await onboard(t, ['--gate', first.gate.url], { GOPATH: gopath })
  assert.equal(same.code, 0, same.stderr)
  assert.match(same.stderr, /signed with the key, and extends the head of 1 record that this machine has seen/)
  const forked = await onboard(t, ['--gate', second.gate.url], { GOPATH: gopath })
  assert.deepEqual([forked.code, forked.stdout], [1, ''])
  assert.match(forked.stderr, /another history[^]*SECURITY ERROR/)
})

test('a gate without a log says what stays unverified, and one that verifies nothing is not onboarded to', async (t) => {
  const { gate } = await world(t, ['--log-name', 'off'])
  const without = await onboard(t, ['--gate', gate.url])
  assert.equal(without.code, 0, without.stderr)
  assert.match(without.stderr, /private\.example will be verified by nobody but go\.sum/)
  assert.match(without.stdout, /^export GONOSUMDB=private\.example$/m)
  const pinned = await onboard(t, ['--gate', gate.url, '--key', generateKey(name).verifier])
  assert.equal(pinned.code, 1)
  const nothing = await startGate(t, { flags: ['--upstream', 'off', '--sumdb', 'off', '--log-name', 'off'] })
  const off = await onboard(t, ['--gate', nothing.url])
  assert.deepEqual([off.code, off.stdout], [1, ''])
})

test('a log that refuses to sign is not onboarded to, and why is said by the gate, its page and onboard', async (t) => {
  const { gate, guard, flags } = await world(t)
  await fetch(`${gate.url}/sumdb/${name}/lookup/private.example/team/secret@v1.0.0`)
  await gate.stop()
  const remembered = JSON.parse(await readFile(guard, 'utf8')) as object
  await writeFile(guard, JSON.stringify({ ...remembered, size: 9 }))
  const behind = await startGate(t, { data: gate.data, flags })
  assert.match(
    await (await fetch(behind.url)).text(),
    /^log +gate\.test\/log REFUSES TO SIGN: .*; next: put the newer data/m,
  )
  const { code, stdout, stderr } = await onboard(t, ['--gate', behind.url])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(stderr, /its log refuses to sign: [^]*next: put the newer data directory back/)
})

test('the transcript in the guide is what is said', async (t) => {
  if ((await requireComponent(t, 'openssl')) === undefined) return
  const { certFile, keyFile, cert } = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, {
    flags: [
      ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', 'modgate.corp.example'],
      ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
      ...['--tls-cert', certFile, '--tls-key', keyFile],
    ],
    ca: cert,
  })
  const home = await temporaryDirectory(t)
  await writeFiles(home, { '.config/go/env': 'GOFLAGS=-mod=mod\nGOPRIVATE=corp.example\n' })
  const environment = { HOME: home, PATH: '/usr/bin:/bin', SSL_CERT_FILE: certFile }
  const record = `/sumdb/modgate.corp.example/lookup/private.example/team/secret@v1.0.0`
  const [asked] = (await once(get(`${gate.url}${record}`, { ca: cert, agent: false }), 'response')) as [IncomingMessage]
  asked.resume()
  const { code, stdout, stderr } = await runCommand(['onboard', '--gate', gate.url], { home, cwd: home, environment })
  assert.equal(code, 0, stderr)
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim()
  const said = plain(`$ modgate onboard --gate ${gate.url} ${stderr} ${stdout}`)
    .replaceAll(gate.url, 'https://modgate.corp.example')
    .replaceAll('private.example/team/secret@v1.0.0', 'corp.example/lib@v1.2.0')
    .replaceAll(home, '/home/you')
    .replaceAll(/modgate\.corp\.example\+[0-9a-f]{8}\+\S+/g, 'modgate.corp.example+1f2e3d4c+AZ…')
  const guide = await readFile(join(import.meta.dirname, '../docs/guide/one-key.md'), 'utf8')
  assert.equal(said, plain(fencedBlocks(guide).find((block) => block.includes('[✓]'))!))
})

test('doctor and explain, behind a gate with a log of its own, advise no exemption', async (t) => {
  const { gate } = await world(t)
  const home = await temporaryDirectory(t)
  const environment = {
    HOME: home,
    PATH: '/usr/bin:/bin',
    GOPROXY: gate.url,
    GOSUMDB: keyIn(await (await fetch(gate.url)).text()),
  }
  const run = (...args: readonly string[]) => runCommand(args, { home, cwd: home, environment })
  const deep = (module: string) => run('doctor', '--deep', '--module', module, '--only', 'verification,private-modules')
  const known = await deep('private.example/team/secret@v1.0.0')
  assert.equal(known.code, 0, known.stdout)
  assert.doesNotMatch(known.stdout, /GOPRIVATE|GONOSUMDB/)
  const absent = await deep('private.example/team/nosuch@v1.0.0')
  assert.equal(absent.code, 1)
  assert.match(
    absent.stdout,
    /no record of private\.example\/team\/nosuch[^]*The gate says itself why[^]*Exempt nothing/,
  )
  assert.doesNotMatch(absent.stdout, /into GOPRIVATE/)
  const way = await run('explain', 'git.corp.test/lib')
  assert.match(way.stdout, /gate\.test\/log vouches for it/)
  assert.doesNotMatch(way.stdout, /GOPRIVATE/)
})
