// What the doctor says of settings is what the real go does with them.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { systemRunner } from '../packages/modgate/src/core/child-process.ts'
import { thisMachine } from '../packages/modgate/src/config/index.ts'
import { checkUp } from '../packages/modgate/src/inspect/doctor/check-up.ts'
import { collectEvidence } from '../packages/modgate/src/inspect/doctor/evidence.ts'
import { requireComponent } from './harness/components.ts'
import { goClient, type GoClient } from './harness/go-client.ts'

/** Answers 404 to everybody, also to those who take it for an HTTP proxy, and keeps what was asked. */
async function recorder(t: TestContext) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(404).end()
  })
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

interface Bench {
  readonly client: GoClient
  readonly url: string
  readonly asked: string[]
  /** What the doctor finds under these settings, and what go then does. */
  both(settings: Readonly<Record<string, string>>, args: readonly string[]): Promise<Both>
}

interface Both {
  readonly ids: readonly string[]
  readonly code: number | NodeJS.Signals
  readonly stderr: string
  readonly asked: readonly string[]
}

async function bench(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Bench | undefined> {
  const go = await requireComponent(t, 'go')
  if (!go) return undefined
  const { asked, url } = await recorder(t)
  const client = await goClient(t, { toolchain: go, proxy: url, sumdb: 'off', files })
  return {
    client,
    url,
    asked,
    both: async (settings, args) => {
      // Whoever leaves the list of proxies comes to the recorder too, and not to the internet.
      const env = { ...client.env, HTTPS_PROXY: url, HTTP_PROXY: url, GOFLAGS: '', ...settings }
      const machine = { ...thisMachine(), environment: env, cwd: client.directory, home: client.env['HOME']! }
      const evidence = await collectEvidence(machine, systemRunner)
      const ids = checkUp(evidence).flatMap(({ findings = [] }) => findings.map(({ id }) => id))
      asked.length = 0
      const { code, stderr } = await client.run(args, env)
      return { ids, code, stderr, asked: [...asked] }
    },
  }
}

const list = (module: string) => ['list', '-m', `${module}@v1.0.0`]

test('a private pattern that the doctor calls dead leaves the module with the proxy, a mended one does not', async (t) => {
  const run = await bench(t)
  if (!run) return
  const rows = [
    [' corp.example', 'corp.example'],
    ['other.example, corp.example', 'other.example,corp.example'],
    ['https://corp.example', 'corp.example'],
    ['corp.example:443', 'corp.example'],
    ['/corp.example', 'corp.example'],
    ['Corp.example', 'corp.example'],
    ['!corp.example', '*.example'],
    ['.example', '*.example'],
    ['corp.example/[a-', 'corp.example'],
    ['"corp.example"', 'corp.example'],
  ] as const
  for (const [dead, mended] of rows) {
    const wrong = await run.both({ GOPRIVATE: dead }, list('corp.example/lib'))
    assert.ok(wrong.ids.includes('MG0301'), dead)
    assert.ok(wrong.asked.includes('/corp.example/lib/@v/v1.0.0.info'), dead)
    const right = await run.both({ GOPRIVATE: mended }, list('corp.example/lib'))
    assert.ok(!right.ids.includes('MG0301'), mended)
    assert.ok(!right.asked.some((path) => path.includes('@v')), mended)
  }
})

test('a pattern that the doctor calls too wide takes the modules of strangers past the proxy', async (t) => {
  const run = await bench(t)
  if (!run) return
  for (const [pattern, stranger] of [
    ['*corp.example', 'notcorp.example/lib'],
    ['*', 'stranger.example/lib'],
    ['github.com/org*', 'github.com/org-evil/lib'],
  ] as const) {
    const { ids, asked } = await run.both({ GOPRIVATE: pattern }, list(stranger))
    assert.ok(ids.includes('MG0303'), pattern)
    assert.ok(!asked.some((path) => path.includes('@v')), pattern)
  }
})

test('corp.example/* covers neither the host itself nor a sub-domain', async (t) => {
  const run = await bench(t)
  if (!run) return
  for (const module of ['corp.example', 'git.corp.example/lib']) {
    const { ids, asked } = await run.both({ GOPRIVATE: 'corp.example/*' }, list(module))
    assert.ok(ids.includes('MG0304'))
    assert.ok(asked.includes(`/${module}/@v/v1.0.0.info`), module)
  }
})

test('what the doctor calls unreadable stops go with the same message', async (t) => {
  const run = await bench(t)
  if (!run) return
  const rows: readonly (readonly [id: string, settings: Record<string, string>, message: RegExp])[] = [
    ['MG0101', { GOPROXY: 'DIRECT' }, /invalid proxy URL missing scheme: DIRECT/],
    ['MG0101', { GOPROXY: ' , ' }, /contains no entries/],
    ['MG0101', { GOPROXY: 'none' }, /missing scheme: none/],
    ['MG0101', { GOPROXY: 'ftp://a.example' }, /must be https, http, file/],
    ['MG0106', { GOFLAGS: '-mod mod' }, /parsing \$GOFLAGS: non-flag "mod"/],
    ['MG0106', { GOFLAGS: "'-x" }, /parsing \$GOFLAGS: unterminated ' string/],
    ['MG0109', { GO111MODULE: 'yes' }, /unknown environment setting GO111MODULE=yes/],
    ['MG0203', { GOPROXY: 'off' }, /module lookup disabled by GOPROXY=off/],
    ['MG0505', { GOTOOLCHAIN: '1.26.9' }, /invalid GOTOOLCHAIN "1.26.9"/],
    ['MG0503', { GOTOOLCHAIN: 'go1.99.0', GOSUMDB: 'off' }, /toolchain|GOSUMDB=off/],
  ]
  for (const [id, settings, message] of rows) {
    const { ids, code, stderr } = await run.both(settings, list('corp.example/lib'))
    assert.ok(ids.includes(id), JSON.stringify(settings))
    assert.notEqual(code, 0)
    assert.match(stderr, message)
  }
})

test('a semicolon between proxies makes one entry that nobody can be', async (t) => {
  const run = await bench(t)
  if (!run) return
  const { ids, code, asked } = await run.both({ GOPROXY: `${run.url};${run.url}` }, list('corp.example/lib'))
  assert.ok(ids.includes('MG0101'))
  assert.notEqual(code, 0)
  assert.ok(!asked.includes('/corp.example/lib/@v/v1.0.0.info'))
})

test('credentials in an http URL are refused', async (t) => {
  const run = await bench(t)
  if (!run) return
  const { ids, stderr, asked } = await run.both({ GOPROXY: 'http://u:p@gate.example' }, list('corp.example/lib'))
  assert.ok(ids.includes('MG0207'))
  assert.match(stderr, /refusing to pass credentials to insecure URL/)
  assert.deepEqual(asked, [])
})

test('an empty variable is as none: GOPROXY= does not turn the proxy off, nor GONOPROXY= GOPRIVATE', async (t) => {
  const run = await bench(t)
  if (!run) return
  await run.client.write({ env: `GOPROXY=${run.url}\n` })
  const settings = { GOENV: `${run.client.directory}/env`, GOPROXY: '', GOPRIVATE: 'corp.example', GONOPROXY: '' }
  const emptied = await run.both(settings, list('other.example/lib'))
  assert.ok(emptied.ids.includes('MG0102'))
  assert.ok(emptied.asked.includes('/other.example/lib/@v/v1.0.0.info'))
  const inherited = await run.both(settings, list('corp.example/lib'))
  assert.ok(!inherited.asked.some((path) => path.includes('@v')))
})

test('imaginary settings change nothing', async (t) => {
  const run = await bench(t)
  if (!run) return
  const plain = await run.both({}, list('corp.example/lib'))
  for (const settings of [{ GONOSUMCHECK: '1' }, { GODEBUG: 'httpclient=2' }, { GOPRIVATES: 'corp.example' }]) {
    const { ids, asked, stderr } = await run.both(settings, list('corp.example/lib'))
    assert.ok(ids.includes('MG0105'), JSON.stringify(settings))
    assert.deepEqual({ asked, stderr }, { asked: plain.asked, stderr: plain.stderr })
  }
})

test('GOPRIVATE makes the private proxy unreachable, and GONOPROXY=none mends that', async (t) => {
  const run = await bench(t)
  if (!run) return
  const past = await run.both({ GOPRIVATE: 'corp.example' }, list('corp.example/lib'))
  assert.ok(past.ids.includes('MG0305'))
  assert.ok(!past.asked.some((path) => path.includes('@v')))
  const mended = await run.both({ GOPRIVATE: 'corp.example', GONOPROXY: 'none' }, list('corp.example/lib'))
  assert.ok(!mended.ids.includes('MG0305') && !mended.ids.includes('MG0301'))
  assert.ok(mended.asked.includes('/corp.example/lib/@v/v1.0.0.info'))
})

test('GOTOOLCHAIN=local with a newer go line ends every command', async (t) => {
  const run = await bench(t, { 'go.mod': 'module m.example/a\n\ngo 1.99.0\n' })
  if (!run) return
  const { ids, stderr } = await run.both({}, ['list', '-m'])
  assert.ok(ids.includes('MG0502'))
  assert.match(stderr, /requires go >= 1\.99\.0/)
})

test('a version of the language is no name of a toolchain, and is enough for a go line', async (t) => {
  const run = await bench(t, { 'go.mod': 'module m.example/a\n\ngo 1.99\n' })
  if (!run) return
  const chosen = await run.both({ GOTOOLCHAIN: 'go1.99', GOSUMDB: 'sum.golang.org' }, ['list', '-m'])
  assert.ok(chosen.ids.includes('MG0504'))
  assert.match(chosen.stderr, /go1\.99 is a language version but not a toolchain version/)
  const line = await run.both({ GOTOOLCHAIN: 'auto', GOSUMDB: 'sum.golang.org' }, ['list', '-m'])
  assert.ok(!line.ids.includes('MG0504'))
  assert.match(line.stderr, /download go1\.99\.0 /)
})

test('go.sum with a line of a merge conflict stops go', async (t) => {
  const run = await bench(t, {
    'go.mod': 'module m.example/a\n\ngo 1.22\n\nrequire x.example/y v1.0.0\n',
    'go.sum': '<<<<<<< HEAD\n',
    'a.go': 'package a\n\nimport _ "x.example/y"\n',
  })
  if (!run) return
  const { ids, stderr } = await run.both({}, ['mod', 'download', 'x.example/y'])
  assert.ok(ids.includes('MG0406'))
  assert.match(stderr, /malformed go\.sum/)
})
