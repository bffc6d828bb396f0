import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatRequest,
  keyOf,
  parseKey,
  parseRequest,
  RequestError,
  type ModuleRequest,
  type RequestErrorKind,
} from './index.ts'

const toml = 'github.com/BurntSushi/toml'
const host = 'example.test/m'
const db = 'sum.golang.org'

// As go 1.26.8 sends them.
const ROWS: readonly [wire: string, request: ModuleRequest, key?: string][] = [
  ['/github.com/%21burnt%21sushi/toml/@v/list', { kind: 'list', path: toml }, 'github.com/!burnt!sushi/toml/@v/list'],
  ['/github.com/%21burnt%21sushi/toml/@latest', { kind: 'latest', path: toml }, 'github.com/!burnt!sushi/toml/@latest'],
  ['/example.test/m/@v/v1.2.3.info', { kind: 'info', path: host, version: 'v1.2.3' }],
  ['/example.test/m/@v/v1.2.3.mod', { kind: 'mod', path: host, version: 'v1.2.3' }],
  ['/example.test/m/@v/v1.2.3.zip', { kind: 'zip', path: host, version: 'v1.2.3' }],
  ['/example.test/m/@v/v2.0.0+incompatible.zip', { kind: 'zip', path: host, version: 'v2.0.0+incompatible' }],
  ['/example.test/m/v2/@v/v2.0.0.info', { kind: 'info', path: `${host}/v2`, version: 'v2.0.0' }],
  [
    ...['/example.test/m/@v/v1.0.0-%21r%21c1.info'],
    { kind: 'info', path: host, version: 'v1.0.0-RC1' },
    'example.test/m/@v/v1.0.0-!r!c1.info',
  ] as [string, ModuleRequest, string],
  ['/gopkg.in/yaml.v2/@v/v2.4.0.mod', { kind: 'mod', path: 'gopkg.in/yaml.v2', version: 'v2.4.0' }],
  [
    '/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.zip',
    { kind: 'zip', path: 'golang.org/toolchain', version: 'v0.0.1-go1.26.8.linux-amd64' },
  ],
  ['/example.test/m/@v/main.info', { kind: 'query', path: host, query: 'main' }],
  ['/example.test/m/@v/%21main.info', { kind: 'query', path: host, query: 'Main' }, 'example.test/m/@v/!main.info'],
  ['/example.test/m/@v/abcdef1.info', { kind: 'query', path: host, query: 'abcdef1' }],
  ['/example.test/m/@v/v1.info', { kind: 'query', path: host, query: 'v1' }],
  ['/example.test/m/@v/latest.info', { kind: 'query', path: host, query: 'latest' }],
  ['/example.test/m/@v/list.info', { kind: 'query', path: host, query: 'list' }],
  ['/example.test/m/@v/@v.info', { kind: 'query', path: host, query: '@v' }],
  ['/example.test/m/@v/v1.0.0.mod.info', { kind: 'query', path: host, query: 'v1.0.0.mod' }],
  ['/example.test/m/@v/v2.0.0.info', { kind: 'query', path: host, query: 'v2.0.0' }],
  ['/example.test/m/@v/v1.2.3+meta.info', { kind: 'query', path: host, query: 'v1.2.3+meta' }],
  ['/example.test/m/@v/.x%20y.info', { kind: 'query', path: host, query: '.x y' }, 'example.test/m/@v/.x y.info'],
  [
    '/example.test/m/@v/a%23b%2Cd=e&f$g+h%25i%5Bj%5D%7Bk%7D~%5E%28l%29.info',
    { kind: 'query', path: host, query: 'a#b,d=e&f$g+h%i[j]{k}~^(l)' },
    'example.test/m/@v/a#b,d=e&f$g+h%i[j]{k}~^(l).info',
  ],
  ['/sumdb/sum.golang.org/supported', { kind: 'sumdb', name: db, resource: { kind: 'supported' } }],
  ['/sumdb/gate.example/e1/latest', { kind: 'sumdb', name: 'gate.example/e1', resource: { kind: 'latest' } }],
  ['/sumdb/latest/latest', { kind: 'sumdb', name: 'latest', resource: { kind: 'latest' } }],
  [
    '/sumdb/sum.golang.org/lookup/github.com/!burnt!sushi/toml@v1.0.0-!r!c1',
    { kind: 'sumdb', name: db, resource: { kind: 'lookup', path: toml, version: 'v1.0.0-RC1' } },
  ],
  [
    '/sumdb/127.0.0.1:8080/e/lookup/a.example/lookup/tile/latest@v1.0.0',
    {
      kind: 'sumdb',
      name: '127.0.0.1:8080/e',
      resource: { kind: 'lookup', path: 'a.example/lookup/tile/latest', version: 'v1.0.0' },
    },
  ],
  [
    '/sumdb/gate.example/e1/tile/8/0/x001/234.p/5',
    { kind: 'sumdb', name: 'gate.example/e1', resource: { kind: 'tile', path: 'tile/8/0/x001/234.p/5' } },
  ],
]

test('a path reads as the request that the go command means, and is written back byte for byte', () => {
  for (const [wire, request, key] of ROWS) {
    assert.deepEqual(parseRequest(wire), request, wire)
    assert.equal(formatRequest(request), wire)
    assert.equal(keyOf(request), key ?? wire.slice(1))
    assert.deepEqual(parseKey(keyOf(request)), request)
  }
})

test('another encoding of the same path is the same request', () => {
  const zip = { kind: 'zip', path: toml, version: 'v2.0.0+incompatible' }
  for (const wire of [
    '/github.com/!burnt!sushi/toml/@v/v2.0.0+incompatible.zip',
    '/github.com/%21burnt!sushi/tom%6c/%40v/v2.0.0%2bincompatible.zip',
  ]) {
    assert.deepEqual(parseRequest(wire), zip)
  }
})

test('anything else is refused, and the error tells which part is wrong', () => {
  const rows: Record<RequestErrorKind, readonly string[]> = {
    'too-long': [`/example.test/${'a'.repeat(2040)}/@latest`],
    encoding: [
      ...[
        '/%',
        '/%2',
        '/%zz/@latest',
        '/example.test%2Fm/@latest',
        '/example.test/m/@v/a%2fb.info',
        '/a%00',
        '/a%0a',
        '/a%7f',
      ],
      ...[
        '/example.test/%C3%A9/@latest',
        '/example.test/é/@latest',
        '/a b',
        '/a\\b',
        '/a?b',
        '/a#b',
        '/a\0b',
        '/a\nb',
        '/%ff',
      ],
    ],
    form: [
      ...[
        '',
        'example.test/m/@latest',
        '/',
        '/favicon.ico',
        '/example.test/m',
        '/example.test/m/@v',
        '/example.test/m/@v/',
      ],
      ...[
        '/example.test/m/@v/v1.0.0',
        '/example.test/m/@v/v1.0.0.ziphash',
        '/example.test/m/@v/v1.0.0.ZIP',
        '/example.test/m/@v/list/',
      ],
      ...['/example.test/m/@latest/', '/sumdb/', '/sumdb/x.example', '/sumdb/supported', '/sumdb/x.example/lookup'],
      ...[
        '/sumdb/x.example/supported/',
        '/sumdb/x.example/latest/x',
        '/sumdb/x.example/lookup/a.example@v1.0.0@v1.0.0',
      ],
    ],
    path: [
      ...[
        '//@latest',
        '/nodot/@latest',
        '/example.test//m/@latest',
        '//example.test/m/@latest',
        '/example.test/../m/@latest',
      ],
      ...[
        '/example.test/%2e%2e/m/@v/list',
        '/example.test/./m/@latest',
        '/example.test/.git/@latest',
        '/Example.test/m/@latest',
      ],
      ...[
        '/github.com/BurntSushi/toml/@v/list',
        '/github.com/!!a/@v/list',
        '/github.com/!1/@v/list',
        '/github.com/a!/@v/list',
      ],
      ...[
        '/example.test/m/v1/@latest',
        '/example.test/m/@x/@latest',
        '/example.test/m%5Cx/@latest',
        '/example.test/a%20b/@latest',
      ],
      ...[
        '/example.test/con/@v/list',
        '/sumdb/x.example/lookup/nodot@v1.0.0',
        '/sumdb/x.example/lookup/Example.test@v1.0.0',
      ],
    ],
    version: [
      ...[
        '/example.test/m/@v/main.mod',
        '/example.test/m/@v/v1.zip',
        '/example.test/m/@v/v1.0.0+meta.zip',
        '/example.test/m/@v/.mod',
      ],
      ...['/example.test/m/@v/v2.0.0.mod', '/example.test/m/v2/@v/v1.0.0.zip', '/example.test/m/@v/feature/x.info'],
      ...[
        '/example.test/m/@v/../x.info',
        '/example.test/m/@v/...info',
        '/example.test/m/@v/.info',
        '/example.test/m/@v/V1.info',
      ],
      ...[
        '/example.test/m/@v/!1.info',
        '/example.test/m/@v/v1.0.0-RC1.mod',
        '/example.test/m/@v/nul.info',
        '/example.test/m/@v/a:b.info',
      ],
      ...[
        '/sumdb/x.example/lookup/a.example@main',
        '/sumdb/x.example/lookup/a.example@v2.0.0',
        '/sumdb/x.example/lookup/a.example@v1',
      ],
      ...['/sumdb/x.example/lookup/a.example@v1.0.0/go.mod', '/sumdb/x.example/lookup/a.example@'],
    ],
    database: [
      ...[
        '/sumdb//supported',
        '/sumdb/../x/supported',
        '/sumdb/x.example/../latest',
        '/sumdb/x.example/.git/latest',
        '/sumdb/x..y/latest',
      ],
      ...[
        '/sumdb/x.example//latest',
        '/sumdb/x.example:/latest',
        '/sumdb/x@y/latest',
        '/sumdb/x.example/a+b/latest',
        '/sumdb/-x/latest',
      ],
    ],
    tile: ['/sumdb/x.example/tile/', '/sumdb/x.example/tile/8/0/0', '/sumdb/x.example/tile/8/0/000.p/0'],
  }
  for (const [kind, wires] of Object.entries(rows)) {
    for (const wire of wires) {
      const isOfKind = (error: unknown) => error instanceof RequestError && error.kind === kind
      assert.throws(() => parseRequest(wire), isOfKind, `${wire} is not refused as ${kind}`)
    }
  }
})

test('a request that no path can mean is not written', () => {
  const lookup = (path: string, version: string): ModuleRequest => ({
    kind: 'sumdb',
    name: db,
    resource: { kind: 'lookup', path, version },
  })
  const rows: readonly [request: ModuleRequest, kind: RequestErrorKind][] = [
    [{ kind: 'list', path: 'nodot' }, 'path'],
    [{ kind: 'zip', path: host, version: 'main' }, 'version'],
    [{ kind: 'zip', path: host, version: 'v1.0' }, 'version'],
    [{ kind: 'info', path: host, version: 'v2.0.0' }, 'version'],
    [{ kind: 'query', path: host, query: 'v1.0.0' }, 'version'],
    [{ kind: 'query', path: host, query: 'feature/x' }, 'version'],
    [{ kind: 'query', path: host, query: 'é' }, 'version'],
    [{ kind: 'query', path: `${host}/v1`, query: 'main' }, 'path'],
    [{ kind: 'list', path: `example.test/${'A'.repeat(700)}` }, 'too-long'],
    [{ kind: 'sumdb', name: 'x.example/tile', resource: { kind: 'latest' } }, 'database'],
    [{ kind: 'sumdb', name: db, resource: { kind: 'tile', path: 'tile/8/0/1' } }, 'tile'],
    [lookup(host, 'v1'), 'version'],
    [lookup(host, 'v1.0.0/go.mod'), 'version'],
  ]
  for (const [request, kind] of rows) {
    assert.throws(() => formatRequest(request), { name: 'RequestError', kind }, JSON.stringify(request))
  }
})
