// `modgate trace` before the real go: the command behaves as it would alone, and every request is in the trace.
import assert from 'node:assert/strict'
import { chmod, readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Trace } from '../packages/modgate/src/trace/trace.ts'
import { loopbackCertificate } from './harness/certificate.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { changed, delay, hangBeforeHead, redirect, reset, status, truncated } from './harness/fault.ts'
import { modgate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { connectProxy } from './harness/known-failures/servers.ts'
import { fencedBlocks } from './harness/markdown.ts'
import { ownProcess, type OwnedProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream, type Upstream, type UpstreamOptions } from './harness/upstream.ts'

/** Old enough to need the whole graph. */
const files = { 'go.mod': 'module main.example\n\ngo 1.16\n\nrequire graph.example/all v1.0.0\n' }

interface Scene {
  readonly upstream: Upstream
  readonly client: GoClient
}

/** An upstream, and somebody whose main module needs one of each kind from it. */
async function scene(t: TestContext, options: UpstreamOptions = {}): Promise<Scene | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const upstream = await corpusUpstream(t, options)
  return {
    upstream,
    client: await goClient(t, { toolchain, proxy: upstream.url, sumdb: upstream.database.key, files }),
  }
}

function traced(
  t: TestContext,
  client: GoClient,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): OwnedProcess {
  return ownProcess(t, [...modgate, 'trace', ...args], {
    cwd: client.directory,
    env: { NO_COLOR: '1', ...client.env, ...env },
  })
}

async function recorded(client: GoClient): Promise<Trace> {
  return JSON.parse(await readFile(join(client.directory, 'trace.json'), 'utf8')) as Trace
}

const download = ['--json', 'trace.json', '--', 'go', 'mod', 'download']

test('go gets what it gets alone, and every request is in the trace with its cause and its connection', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client, upstream } = found
  assert.equal((await client.run(['mod', 'download'])).code, 0)
  const alone = upstream.requests.map(({ path }) => path).toSorted()
  await client.forget()
  await client.write({ ...files, 'go.sum': '' })
  upstream.forget()
  upstream.fault('*', delay(30))
  const { code, stdout, stderr } = await traced(t, client, download).ended
  assert.deepEqual([code, stdout], [0, ''], stderr)
  const { requests, places, exit } = await recorded(client)
  // Tiles are asked for by a client as the tree grows in its eyes, and by chance of timing.
  const wanted = (paths: readonly string[]) => paths.filter((path) => !path.includes('/tile/')).toSorted()
  assert.deepEqual(wanted(requests.map(({ path }) => path)), wanted(alone))
  assert.equal(requests.length, upstream.requests.length)
  assert.deepEqual([places, exit], [[{ url: upstream.url, fallback: 'not-found' }], { code: 0 }])
  assert.ok(
    requests.every(
      ({ outcome, status, reused, connection, phases }) =>
        outcome === 'answered' &&
        status === 200 &&
        reused === (phases.connectMs === undefined) &&
        connection !== undefined &&
        phases.firstByteMs !== undefined &&
        phases.bodyMs !== undefined,
    ),
  )
  const causes = new Map(requests.filter(({ kind }) => kind === 'mod').map(({ module, cause }) => [module, cause]))
  assert.equal(causes.get('graph.example/all'), 'go.mod')
  assert.equal(causes.get('legacy.example/lib'), 'graph.example/all@v1.0.0')
  assert.match(stderr, /Critical chain: \d+ requests one after the other/)
  assert.match(stderr, /\d+ requests, [\d.]+ k?M?B: \d+ info, \d+ mod, \d+ zip, \d+ lookup/)
  assert.match(
    stderr,
    /a warm gate next to you: about [\d.]+ m?s less\n {4}\d+ requests of .* waited [\d.]+ m?s .*: [\d.]+ m?s - \d+ x 2 ms\n/,
  )
})

test('a command that fetches nothing is told so, and has the output to itself', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client } = found
  const { code, stdout, stderr } = await traced(t, client, ['--', 'go', 'env', 'GOPROXY', 'GOFLAGS', 'GOSUMDB']).ended
  assert.equal(code, 0)
  const [goproxy, ...rest] = stdout.trimEnd().split('\n')
  assert.match(goproxy!, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/0$/)
  assert.deepEqual(rest, [client.env['GOFLAGS'], client.env['GOSUMDB']])
  assert.match(stderr, /No request came by: everything was at hand, or the command sets GOPROXY itself\./)
})

const endings: readonly (readonly [how: string, script: string, code: number])[] = [
  ['an exit code', 'exit 7', 7],
  ['a signal', 'kill -TERM $$', 143],
  ['success', 'exit 0', 0],
]
for (const [how, script, code] of endings) {
  test(`a command that ends with ${how} is modgate's own end`, async (t) => {
    const found = await scene(t)
    if (found === undefined) return
    const ended = await traced(t, found.client, ['--', 'sh', '-c', script]).ended
    assert.equal(ended.code, code)
    assert.match(ended.stderr, code === 143 ? /, ended by SIGTERM\n/ : new RegExp(`, exit code ${code}\\n`))
  })
}

const lists: readonly (readonly [
  claim: string,
  separator: ',' | '|',
  fault: Parameters<Upstream['fault']>[1],
  works: boolean,
])[] = [
  ['404 leads over a comma', ',', status(404, 'not here'), true],
  ['403 stops at a comma', ',', status(403, 'go away'), false],
  ['a cut connection stops at a comma', ',', reset(), false],
  ['403 leads over a pipe', '|', status(403, 'go away'), true],
  ['a cut connection leads over a pipe', '|', reset(), true],
]
for (const [claim, separator, fault, works] of lists) {
  test(`go walks its list itself: ${claim}, with and without the recorder`, async (t) => {
    const found = await scene(t)
    if (found === undefined) return
    const { client, upstream } = found
    const first = await corpusUpstream(t)
    first.fault('*', fault)
    const env = {
      GOPROXY: `${first.url}${separator}${upstream.url},direct`,
      GONOSUMDB: '*',
      GOFLAGS: '-modcacherw -mod=mod',
    }
    const alone = await client.run(['mod', 'download'], env)
    await client.forget()
    const ended = await traced(t, client, download, env).ended
    assert.deepEqual([alone.code, ended.code], works ? [0, 0] : [1, 1], ended.stderr)
    const { requests, places, unseen } = await recorded(client)
    assert.deepEqual(
      places.map(({ fallback }) => fallback),
      [separator === '|' ? 'any' : 'not-found', 'not-found'],
    )
    assert.equal(new Set(requests.map(({ place }) => place)).size, works ? 2 : 1)
    assert.ok(unseen.some((words) => words.includes('(direct)')))
  })
}

test('an answer that breaks off breaks off for go as well, and the trace says where', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client, upstream } = found
  upstream.fault('*/graph.example/all/@v/v1.0.0.zip', truncated())
  const { code, stderr } = await traced(t, client, download).ended
  assert.equal(code, 1)
  assert.match(stderr, /unexpected EOF/)
  assert.match(
    stderr,
    /1 failed request:\n {2}zip graph\.example\/all@v1\.0\.0 at http:.*: (the answer broke off|ECONNRESET|aborted)/,
  )
  const failed = (await recorded(client)).requests.filter(({ outcome }) => outcome === 'failed')
  assert.deepEqual(
    failed.map(({ kind, status }) => [kind, status]),
    [['zip', 200]],
  )
})

test('what hangs is named at SIGQUIT and at Ctrl-C, which ends the command and still gives the summary', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client, upstream } = found
  upstream.fault('*/caps.example/*.mod', hangBeforeHead())
  const hanging =
    /it waits for 1 request:\n +[\d.]+ m?s {2}mod caps\.example\/BurntToast\/Toaster@v1\.3\.0 at http:\S+: sent .* ago, no answer yet/
  const child = traced(t, client, download)
  // Sooner or later there is nothing else that it waits for.
  while (!hanging.test(child.output().stderr)) {
    if (upstream.count('*/caps.example/*.mod') > 0) process.kill(child.pid, 'SIGQUIT')
    await sleep(50)
  }
  const before = child.output().stderr.length
  process.kill(child.pid, 'SIGINT')
  const { code, stderr } = await child.ended
  assert.notEqual(code, 0)
  assert.match(stderr.slice(before), hanging)
  assert.match(stderr, /modgate trace: go mod download, (exit code 1|ended by SIGINT)/)
  const { requests } = await recorded(client)
  const hung = requests.find(({ module, kind }) => kind === 'mod' && module === 'caps.example/BurntToast/Toaster')
  assert.ok(hung !== undefined && hung.outcome !== 'answered' && hung.status === undefined)
})

test('a command that takes no notice of Ctrl-C ends with the second one', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const child = traced(t, found.client, ['--', 'sh', '-c', 'trap "" INT; echo ready; exec sleep 600'])
  const line = (text: string) =>
    new Promise<void>((resolve) => child.onLine((said) => said.includes(text) && resolve()))
  await line('ready')
  process.kill(child.pid, 'SIGINT')
  await line('it waits for no request')
  process.kill(child.pid, 'SIGINT')
  while (isAlive(child.pid)) await sleep(20)
  assert.match(child.output().stderr, /it waits for no request \(none came so far\)/)
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('https, netrc and redirects are what they are for go, and no secret is in the trace', async (t) => {
  const certificate = await loopbackCertificate(t)
  const found = await scene(t, { tls: certificate })
  if (found === undefined) return
  const { client, upstream } = found
  const other = await corpusUpstream(t, { tls: certificate })
  const password = 'hunter2hunter2'
  await client.write({ netrc: `machine ${new URL(upstream.url).host} login me password ${password}\n` })
  upstream.fault(
    '*.zip',
    redirect((path) => `${other.url}${path}`),
  )
  const env = { SSL_CERT_FILE: certificate.certFile, NETRC: join(client.directory, 'netrc') }
  const { code, stderr } = await traced(
    t,
    client,
    [...download.slice(0, 3), 'sh', '-c', `go mod download # ${password}`],
    env,
  ).ended
  assert.equal(code, 0, stderr)
  const basic = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`
  assert.ok(upstream.requests.length > 0 && upstream.requests.every(({ headers }) => headers.authorization === basic))
  assert.ok(other.requests.length > 0 && other.requests.every(({ headers }) => headers.authorization === undefined))
  const text = await readFile(join(client.directory, 'trace.json'), 'utf8')
  assert.ok(!text.includes(password) && !text.includes(basic) && !stderr.includes(password))
  const { requests } = await recorded(client)
  const zip = requests.find(({ kind }) => kind === 'zip')
  assert.equal(zip?.redirects?.length, 1)
  assert.ok(requests.some(({ phases }) => phases.tlsMs !== undefined))
})

test('a proxy over https gets what it gets from go alone: twice after each 4xx, with what a command of GOAUTH says', async (t) => {
  const certificate = await loopbackCertificate(t)
  const found = await scene(t, { tls: certificate })
  if (found === undefined) return
  const { client, upstream } = found
  const helper = join(client.directory, 'helper')
  // It knows nothing before it is asked about a URL.
  await client.write({
    helper: `#!/bin/sh\ntest -n "$1" && printf '%s\\n\\nX-Word: open\\n\\n' '${upstream.url}'\nexit 0\n`,
  })
  await chmod(helper, 0o755)
  upstream.fault('*', (exchange) =>
    (exchange.request.headers['x-word'] === 'open' ? changed((honest) => honest) : status(401, 'who is it?'))(exchange),
  )
  const env = { SSL_CERT_FILE: certificate.certFile, GOAUTH: helper, GOSUMDB: 'off', GOFLAGS: '-modcacherw -mod=mod' }
  const seen = () => upstream.requests.map(({ path, headers }) => `${path} ${String(headers['x-word'])}`).toSorted()
  // One module, so that nothing is asked while the helper is.
  const command = ['mod', 'download', 'hello.example/hello@v1.0.0']
  const alone = await client.run(command, env)
  const before = seen()
  await client.forget()
  upstream.forget()
  const ended = await traced(t, client, [...download.slice(0, 3), 'go', ...command], env).ended
  assert.deepEqual([alone.code, ended.code], [0, 0], ended.stderr)
  assert.deepEqual(seen(), before)
  assert.ok((await recorded(client)).requests.some(({ again }) => again))
  assert.match(ended.stderr, /\d+ asked twice \(go does so over https after each 4xx\)/)
})

test('--https shows whom go connects to past its proxies, through the web proxy that is set, and looks at nothing', async (t) => {
  const certificate = await loopbackCertificate(t, ['sumdb.example'])
  const found = await scene(t)
  if (found === undefined) return
  const { client, upstream } = found
  const direct = await corpusUpstream(t, { tls: certificate })
  upstream.fault('/sumdb/*', status(404, 'no database here'))
  const { name, key } = direct.database
  const env = {
    GOSUMDB: `${key} https://${name}/sumdb/${name}`,
    HTTPS_PROXY: await connectProxy(t, Number(new URL(direct.url).port)),
    SSL_CERT_FILE: certificate.certFile,
  }
  const { code, stderr } = await traced(t, client, ['--https', ...download], env).ended
  assert.equal(code, 0, stderr)
  assert.ok(direct.count('*/lookup/*') > 0)
  const { requests, places } = await recorded(client)
  const tunnels = requests.filter(({ kind }) => kind === 'tunnel')
  assert.ok(tunnels.length > 0)
  for (const { place, status: answer, bytes, outcome, path } of tunnels) {
    assert.deepEqual([places[place], answer, outcome, path], [{ url: `https://${name}` }, 200, 'answered', ''])
    assert.ok(bytes > 500)
  }
  assert.match(stderr, /https:\/\/sumdb\.example: \d+ requests?, \d+ connections?/)
})

test('a tunnel is for the command alone, and one that leads nowhere says so', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client } = found
  const command = ['sh', '-c', 'echo $HTTPS_PROXY; exec sleep 600']
  const child = traced(t, client, ['--https', '--json', 'trace.json', '--', ...command])
  const web = await new Promise<URL>((resolve) =>
    child.onLine((line) => line.startsWith('http://trace:') && resolve(new URL(line))),
  )
  const ask = (authorization: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = httpRequest({
        port: web.port,
        method: 'CONNECT',
        path: '127.0.0.1:1',
        headers: { 'proxy-authorization': authorization },
      })
      asked
        .once('connect', ({ statusCode }, socket) => resolve((socket.destroy(), statusCode)))
        .once('error', reject)
        .end()
    })
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`
  assert.equal(await ask(basic('trace:guessed')), 407)
  assert.equal(await ask(basic(`${web.username}:${web.password}`)), 502)
  const plain = await fetch(`http://127.0.0.1:${web.port}/${'0'.repeat(32)}/0/a.example/@v/list`)
  assert.equal(plain.status, 404)
  child.signal('SIGTERM')
  const { stderr } = await child.ended
  assert.match(stderr, /1 failed request:\n {2}tunnel to https:\/\/127\.0\.0\.1:1: 127\.0\.0\.1:1: ECONNREFUSED/)
})

test('a trace that is shown again is what was shown before, and so are its other forms', async (t) => {
  const found = await scene(t)
  if (found === undefined) return
  const { client } = found
  const forms = (name: string) => ['--html', `${name}.html`, '--svg', `${name}.svg`, '--har', `${name}.har`]
  const { stderr } = await traced(t, client, [...forms('first'), ...download]).ended
  const again = await traced(t, client, ['show', ...forms('again'), 'trace.json']).ended
  assert.equal(again.code, 0)
  assert.equal(again.stdout.trim(), stderr.slice(stderr.indexOf('modgate trace: go mod')).trim())
  const read = (name: string) => readFile(join(client.directory, name), 'utf8')
  for (const form of ['html', 'svg', 'har'])
    assert.equal(await read(`again.${form}`), await read(`first.${form}`), form)
  const { log } = JSON.parse(await read('first.har')) as { readonly log: { readonly entries: readonly unknown[] } }
  assert.equal(log.entries.length, (await recorded(client)).requests.length)
  assert.match(await read('first.html'), /legacy\.example\/lib@v2\.1\.0\+incompatible/)
})

const mistakes: readonly (readonly [claim: string, args: readonly string[], code: number, words: RegExp])[] = [
  ['no command', [], 2, /there is no command to run/],
  [
    'a program that is not there, as a shell would end,',
    ['--', 'no-such-program-here'],
    127,
    /no-such-program-here: cannot be run: no program of this name/,
  ],
  ['a file that may not be executed', ['--', './go.mod'], 126, /go\.mod: cannot be run: it is no file that may be/],
  ['a directory', ['--', '/'], 126, /modgate: \/: cannot be run/],
  [
    'a file that cannot be written',
    ['--json', 'no/such/dir/x.json', '--', 'sh', '-c', 'echo ran'],
    2,
    /--json no\/such\/dir\/x\.json: cannot be written/,
  ],
  ['a trace that is not there', ['show', 'nothing.json'], 2, /nothing\.json: is not there/],
  ['a trace that is none', ['show', 'go.mod'], 2, /go\.mod: is no JSON/],
]
for (const [claim, args, code, words] of mistakes) {
  test(`${claim} is said before anything runs`, async (t) => {
    const found = await scene(t)
    if (found === undefined) return
    const ended = await traced(t, found.client, args).ended
    assert.deepEqual([ended.code, ended.stdout], [code, ''])
    assert.match(ended.stderr, words)
  })
}

test('the summary and the picture of the guide are those of a run that was recorded', async (t) => {
  const directory = await temporaryDirectory(t)
  const [guide, recording, picture] = ['docs/guide/trace.md', 'test/testdata/trace.json', 'docs/guide/trace.svg'].map(
    (name) => join(import.meta.dirname, '..', name),
  )
  const machine = { home: directory, cwd: directory, environment: { NO_COLOR: '1' } }
  const { code, stdout } = await runCommand(['trace', 'show', '--svg', 'trace.svg', recording!], machine)
  assert.equal(code, 0)
  const text = await readFile(guide!, 'utf8')
  assert.ok(
    fencedBlocks(text).some((block) => block.includes(stdout.trim())),
    `the guide has not:\n${stdout}`,
  )
  assert.equal(await readFile(picture!, 'utf8'), await readFile(join(directory, 'trace.svg'), 'utf8'))
})
