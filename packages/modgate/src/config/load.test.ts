import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../core/failure.ts'
import type { FlagValues } from './given.ts'
import { loadServeConfig } from './load.ts'
import { testMachine, type TestMachine } from './test-machine.ts'

const upstream = { MODGATE_UPSTREAM: 'https://goproxy.example' }

const load = (flags: FlagValues, machine: TestMachine = {}) =>
  loadServeConfig(flags, testMachine({ ...machine, environment: { ...upstream, ...machine.environment } }))

async function problems(flags: FlagValues, machine: TestMachine = {}): Promise<readonly string[]> {
  const failure = await load(flags, machine).then(
    () => assert.fail('was accepted'),
    (error: unknown) => error,
  )
  assert.ok(failure instanceof Failure)
  assert.equal(failure.code, 'configuration')
  return failure.why.split('\n')
}

describe('precedence', () => {
  const files = { '/work/modgate.yaml': 'listen: 127.0.0.1:3\n' }
  const environment = { MODGATE_LISTEN: '127.0.0.1:2' }
  const rows = [
    ['a flag', { listen: '127.0.0.1:1' }, { environment, files }, 1, { kind: 'flag', place: '--listen' }],
    ['the environment', {}, { environment, files }, 2, { kind: 'environment', place: 'MODGATE_LISTEN' }],
    ['the file', {}, { files }, 3, { kind: 'file', place: 'modgate.yaml:1:9' }],
    ['the default', {}, {}, 8642, { kind: 'default', place: 'default' }],
  ] as const
  for (const [who, flags, machine, port, origin] of rows) {
    test(`${who} wins over all that stands below it, and is named as the origin`, async () => {
      const { config, origins } = await load(flags, machine)
      assert.equal(config.listen.port, port)
      assert.deepEqual(origins.listen, origin)
    })
  }

  test('an empty variable counts as not set', async () => {
    const { config } = await load({}, { environment: { MODGATE_LISTEN: '' }, files })
    assert.equal(config.listen.port, 3)
  })
})

describe('values', () => {
  test('with nothing given, every value is the documented default', async () => {
    const { config, warnings } = await load({})
    assert.deepEqual(config, {
      listen: { host: '127.0.0.1', port: 8642 },
      publicUrl: undefined,
      data: '/home/me/.local/share/modgate',
      upstream: [{ kind: 'proxy', url: 'https://goproxy.example', fallback: 'not-found' }],
      sumdb: {
        kind: 'database',
        name: 'sum.golang.org',
        key: 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
      },
      privatePatterns: '',
      routes: [],
      witnesses: [],
      insecure: '',
      allowNetworks: [],
      credentials: [],
      versionControls: ['git'],
      noVerify: '',
      log: {
        name: undefined,
        newName: 'gate-host',
        key: '/home/me/.local/share/modgate/modgate-log.key',
        guard: { directory: '/home/me/.local/state/modgate' },
      },
      access: 'open',
      tokens: '/home/me/.local/share/modgate/modgate-callers.json',
      originWatchMs: 3_600_000,
      hookSecretFile: undefined,
      offline: false,
      tls: undefined,
      basePath: '',
      logFormat: 'auto',
      logLevel: 'info',
      connectTimeoutMs: 10_000,
      firstByteTimeoutMs: 30_000,
      stallTimeoutMs: 30_000,
      answerTtlMs: 60_000,
      absentTtlMs: 10_000,
      memoryBytes: 64_000_000,
      cacheBytes: undefined,
      cachePins: '',
      mirrorBytes: 20e9,
      prefetch: 'zip',
      prefetchBytes: 2 ** 31,
      shutdownTimeoutMs: 20_000,
      metricsModules: 200,
    })
    assert.deepEqual(warnings, [])
  })

  const logs = [
    ['after where clients reach it', { publicUrl: 'https://Gate.example:8443/go/' }, 'gate.example/go'],
    ['after the machine', {}, 'gate-host'],
    ['after nothing that could not be a name', { publicUrl: 'http://[::1]:8642' }, 'modgate.localhost'],
  ] as const
  for (const [claim, flags, name] of logs) {
    test(`a new log is named ${claim}`, async () => {
      const { config } = await load(flags)
      assert.equal(config.log?.newName, name)
    })
  }

  for (const [claim, flags, says] of [
    ['a guard within the data', { data: '/d', logGuard: '/d/x/log.guard' }, /--log-guard.*would be restored with it/],
    [
      'a log named as the public database',
      { logName: 'a.example', sumdb: 'a.example+8edbb852+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c' },
      /a.example is the checksum database of --sumdb/,
    ],
  ] as const) {
    test(`${claim} is refused`, async () => {
      await assert.rejects(load(flags), { code: 'configuration', why: says })
    })
  }

  const routes = [
    { patterns: 'a.example', list: [{ kind: 'off' }] },
    { patterns: '*.b.example', list: [{ kind: 'proxy', url: 'https://p.example', fallback: 'not-found' }] },
  ]
  const forms = [
    ['repeated flags', { route: ['a.example=off', '*.b.example=https://p.example'] }, {}],
    ['a variable', {}, { environment: { MODGATE_ROUTES: 'a.example=off; *.b.example=https://p.example\n' } }],
    [
      'a list',
      {},
      { files: { '/work/modgate.yaml': "routes:\n- a.example=off\n- '*.b.example=https://p.example'\n" } },
    ],
    [
      'a mapping',
      {},
      { files: { '/work/modgate.yaml': "routes:\n  a.example: off\n  '*.b.example': [https://p.example]\n" } },
    ],
  ] as const
  for (const [form, flags, machine] of forms) {
    test(`routes are read from ${form}, in order`, async () => {
      assert.deepEqual((await load(flags, machine)).config.routes, routes)
    })
  }

  test('a relative path is relative to the file that has it, else to the working directory', async () => {
    const files = { '/etc/gate.yaml': 'data: store\ntls-cert: ~/c.pem\n' }
    const { config } = await load({ config: '/etc/gate.yaml', tlsKey: 'k.pem' }, { files })
    assert.equal(config.data, '/etc/store')
    assert.deepEqual(config.tls, { cert: '/home/me/c.pem', key: '/work/k.pem' })
  })

  test('an offline gate needs no upstream', async () => {
    const { config } = await loadServeConfig({ offline: true }, testMachine())
    assert.deepEqual(config.upstream, [{ kind: 'off' }])
  })

  test('credentials are kept for the upstream and never shown', async () => {
    const { config, texts } = await load({ upstream: 'https://me:secret@p.example' })
    assert.deepEqual(config.upstream, [{ kind: 'proxy', url: 'https://me:secret@p.example', fallback: 'not-found' }])
    assert.doesNotMatch(JSON.stringify(texts), /secret/)
  })
})

describe('mistakes', () => {
  test('all wrong values are reported at once, each with its place and an example', async () => {
    const found = await problems(
      { listen: 'foo', route: ['x'] },
      {
        environment: { MODGATE_MEMORY: '12XB', MODGATE_OFFLINE: 'maybe', MODGATE_METRICS_MODULES: '1e9' },
        files: { '/work/modgate.yaml': "# ours\nroutes:\n  - a.example=off\nprivate: '['\nanswer-ttl: 60\n" },
      },
    )
    assert.deepEqual(found, [
      '--listen: "foo" has no port; right would be, for example, 0.0.0.0:8642',
      'modgate.yaml:4:10: private: "[" has the pattern "[", which is no glob: a [ or a \\ in it is not closed; right would be, for example, *.corp.example,github.com/myorg',
      '--route: "x" has no =; right would be, for example, *.corp.example=https://goproxy.corp.example',
      'MODGATE_OFFLINE: "maybe" is neither true nor false; right would be, for example, true',
      'modgate.yaml:5:13: answer-ttl: 60 is not a duration; right would be, for example, 5m',
      'MODGATE_MEMORY: "12XB" is not a size; right would be, for example, 1GiB',
      'MODGATE_METRICS_MODULES: "1e9" is not a whole number; right would be, for example, 1000',
    ])
  })

  const rows: readonly (readonly [claim: string, flags: FlagValues, file: string | undefined, want: RegExp])[] = [
    [
      'an unknown key is named with the nearest one',
      {},
      'lisen: a:1\n',
      /^modgate\.yaml:1:1: lisen .*did you mean listen\?/,
    ],
    [
      'a bad entry of a list has its own place',
      {},
      'routes:\n  - a.example=off\n  - b\n',
      /^modgate\.yaml:3:5: routes: "b" has no =/,
    ],
    ['a key that stands twice is refused', {}, 'data: a\ndata: b\n', /^modgate\.yaml:2:1: .*unique/],
    ['a broken file is placed', {}, 'listen: [\n', /^modgate\.yaml:\d+:\d+: /],
    ['a file that is no mapping is refused', {}, '- a\n', /^modgate\.yaml:1:1: is not a mapping/],
    ['a huge file is not parsed', {}, ' '.repeat(2_000_000), /larger than/],
    ['a named file has to be there', { config: 'no.yaml' }, undefined, /^--config: there is no file \/work\/no\.yaml$/],
    ['config is no key of the file', {}, 'config: x\n', /^modgate\.yaml:1:1: config is no setting/],
    ['a certificate needs its key', { tlsCert: 'c.pem' }, undefined, /^--tls-cert: needs --tls-key/],
    ['a key needs its certificate', {}, 'tls-key: k.pem\n', /^modgate\.yaml:1:10: needs --tls-cert/],
    ['a time limit of nothing is refused', { connectTimeout: '0' }, undefined, /no time at all/],
    [
      'a password in a wrong value is not repeated',
      { upstream: 'ftp://me:secret@p.example' },
      undefined,
      /^(?!.*secret)--upstream: /,
    ],
    ['a bad key of a database is refused', { sumdb: 'db.example+1+x' }, undefined, /refused by Go: invalid GOSUMDB/],
  ]
  for (const [claim, flags, file, want] of rows) {
    test(claim, async () => {
      const [first = '', ...rest] = await problems(
        flags,
        file === undefined ? {} : { files: { '/work/modgate.yaml': file } },
      )
      assert.match(first, want)
      assert.deepEqual(rest, [])
    })
  }

  test('an alias bomb in the file ends in an error', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) =>
        `l${i}: &l${i} [${Array(10)
          .fill(i === 0 ? 'x' : `*l${i - 1}`)
          .join(',')}]`,
    )
    const found = await problems({}, { files: { '/work/modgate.yaml': `${levels.join('\n')}\nprivate: *l11\n` } })
    assert.match(found.join('\n'), /private: .*alias|[Ee]xcessive alias/)
  })

  test('an unknown variable is a warning with the nearest name', async () => {
    const { warnings } = await load({}, { environment: { MODGATE_LISTN: 'x', MODGATE_DEBUG: '1' } })
    assert.deepEqual(warnings, ['MODGATE_LISTN is no setting of modgate; did you mean MODGATE_LISTEN?'])
  })

  test('tokens without https are a warning', async () => {
    const warned = async (flags: FlagValues) => (await load({ access: 'all', ...flags })).warnings.join('\n')
    assert.match(await warned({}), /^--access: go sends a token over https only/)
    assert.equal(await warned({ publicUrl: 'https://go.corp.example' }), '')
    assert.equal(await warned({ access: 'open' }), '')
  })
})

describe("defaults of the user's Go", () => {
  const goEnv = 'GOPROXY=https://shipped.example,direct\nGOSUMDB=sum.golang.org\n'
  const installed = {
    environment: { PATH: 'relative:/usr/bin' },
    files: { '/opt/go/go.env': goEnv },
    links: { '/usr/bin/go': '/opt/go/bin/go' },
  }
  const withUser = {
    ...installed,
    files: { ...installed.files, '/home/me/.config/go/env': 'GOPROXY=https://user.example\n' },
  }
  const rows: readonly (readonly [claim: string, machine: TestMachine, url: string, place: string])[] = [
    [
      'the environment comes first',
      { ...withUser, environment: { ...withUser.environment, GOPROXY: 'https://env.example' } },
      'https://env.example',
      'GOPROXY in the environment',
    ],
    ['the file of go env -w comes second', withUser, 'https://user.example', 'GOPROXY in /home/me/.config/go/env'],
    [
      'the installation that go on the PATH links to comes last',
      installed,
      'https://shipped.example',
      'GOPROXY in /opt/go/go.env',
    ],
    [
      'GOROOT names the installation',
      { environment: { GOROOT: '/opt/go' }, files: installed.files },
      'https://shipped.example',
      'GOPROXY in /opt/go/go.env',
    ],
    [
      'GOENV=off leaves the file of go env -w out',
      { ...withUser, environment: { ...withUser.environment, GOENV: 'off' } },
      'https://shipped.example',
      'GOPROXY in /opt/go/go.env',
    ],
  ]
  for (const [claim, machine, url, place] of rows) {
    test(claim, async () => {
      const { config, origins } = await loadServeConfig({}, testMachine(machine))
      assert.deepEqual(config.upstream[0], { kind: 'proxy', url, fallback: 'not-found' })
      assert.deepEqual(origins.upstream, { kind: 'go', place })
    })
  }

  test('without any Go the failure says how to give an upstream', async () => {
    await assert.rejects(loadServeConfig({}, testMachine()), /no upstream: .*--upstream https:\/\//)
  })

  test('the gate itself is dropped with a warning, and what stands below it is used', async () => {
    const environment = { ...installed.environment, GOPROXY: 'http://localhost:8642,direct' }
    const { config, origins, warnings } = await loadServeConfig({}, testMachine({ ...installed, environment }))
    assert.deepEqual(config.upstream[0], { kind: 'proxy', url: 'https://shipped.example', fallback: 'not-found' })
    assert.equal(origins.upstream.place, 'GOPROXY in /opt/go/go.env')
    assert.match(warnings.join('\n'), /localhost:8642 is this gate itself/)
  })

  test('a list given by hand that leads only to the gate is refused', async () => {
    assert.match((await problems({ upstream: 'http://127.0.0.1:8642' })).join('\n'), /nothing but this gate itself/)
  })

  test('a database that Go has switched off is a warning', async () => {
    const { config, warnings } = await load({}, { environment: { GOSUMDB: 'off' } })
    assert.deepEqual(config.sumdb, { kind: 'off' })
    assert.match(warnings.join('\n'), /nothing that the gate fetches is verified/)
  })

  test('a wrong GOPROXY is named with its place', async () => {
    const machine = testMachine({ environment: { GOPROXY: 'ftp://p.example' } })
    await assert.rejects(loadServeConfig({}, machine), /GOPROXY in the environment: invalid proxy URL scheme/)
  })
})
