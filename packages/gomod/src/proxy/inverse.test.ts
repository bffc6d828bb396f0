import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatRequest, keyOf, parseKey, parseRequest, RequestError, type ModuleRequest } from './index.ts'

const element = fc
  .stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,4}[A-Za-z]$/)
  .filter((text) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(text))
const path = fc
  .tuple(fc.constantFrom('', '/v2', '/v3'), fc.array(element, { minLength: 1, maxLength: 3 }))
  .map(([major, rest]) => `a.example/${rest.join('/')}${major}`)
const version = (modulePath: string) =>
  fc
    .tuple(fc.nat(20), fc.nat(20), fc.constantFrom('', '-RC1', '-0.20200101000000-abcdefabcdef'))
    .map(([minor, patch, pre]) => {
      return `v${/\/v(\d)$/.exec(modulePath)?.[1] ?? '1'}.${minor}.${patch}${pre}`
    })
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true })
const moduleVersion = path.chain((p) => plain({ path: fc.constant(p), version: version(p) }))
const query = fc
  .stringMatching(/^[A-Za-z#$%&()+,.=@[\]^_{}~ -]{0,6}[a-z]$/)
  .filter((text) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(text))
const databaseName = fc
  .tuple(fc.constantFrom('x.example', 'localhost:80', 'latest'), fc.constantFrom('', '/e1', '/a/B'))
  .map(([first, rest]) => first + rest)
const resource = fc.oneof(
  plain({ kind: fc.constantFrom('supported', 'latest') }),
  moduleVersion.map((m) => ({ kind: 'lookup' as const, ...m })),
  fc.tuple(fc.constantFrom('0', '7', 'data'), fc.integer({ min: 0, max: 999 })).map(([level, n]) => {
    return { kind: 'tile' as const, path: `tile/8/${level}/x001/${String(n).padStart(3, '0')}` }
  }),
)
const request: fc.Arbitrary<ModuleRequest> = fc.oneof(
  plain({ kind: fc.constantFrom('list', 'latest'), path }),
  plain({ kind: fc.constant('query'), path, query }),
  fc.tuple(fc.constantFrom('info', 'mod', 'zip'), moduleVersion).map(([kind, m]) => ({ kind, ...m })),
  plain({ kind: fc.constant('sumdb'), name: databaseName, resource }),
)

test('reading is the inverse of writing, for paths and for keys', () => {
  fc.assert(
    fc.property(request, (r) => {
      assert.deepEqual(parseRequest(formatRequest(r)), r)
      assert.deepEqual(parseKey(keyOf(r)), r)
    }),
  )
})

test('whatever is read from bytes at random is written as a path that reads the same', () => {
  const pieces = fc.constantFrom(
    '/',
    '@v',
    '@latest',
    'list',
    '.info',
    '.mod',
    'v1.0.0',
    '!a',
    '%21',
    '%2e',
    '..',
    'a.example',
    'm',
    'A',
    'sumdb',
    'lookup',
    'tile/8/0/000',
    '@',
    '%',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
      let read
      try {
        read = parseRequest(`/${parts.join('')}`)
      } catch (error) {
        assert.ok(error instanceof RequestError)
        return
      }
      assert.deepEqual(parseRequest(formatRequest(read)), read)
      assert.equal(formatRequest(parseRequest(formatRequest(read))), formatRequest(read))
    }),
    { numRuns: 2000 },
  )
})
