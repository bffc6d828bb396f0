import { matchPrefixPatterns } from '@modgate/gomod/module'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkModule } from './client-check.ts'
import { clientPolicy, settingsOfPolicy } from './client-policy.ts'
import { isDeclaredPrivate, keeperOf, type Declaration } from './declaration.ts'
import { readDeclaration } from './declaration-read.ts'
import { fetchSettingNames, type FetchSettings } from './fetch-settings.ts'
import { gatePolicy } from './generate-gate.ts'
import { privatePatternList, unreachable } from './generate-patterns.ts'
import { overreach } from './pattern-reach.ts'

const label = fc.constantFrom('oss', 'os', 'xoss', 'ss', 'pub', 'a', 'a-b', 'team')
const below = (host: string) => fc.array(label, { maxLength: 2 }).map((labels) => [...labels, host].join('.'))
const path = (depth: number) =>
  fc.array(label, { maxLength: depth }).map((parts) => parts.map((part) => `/${part}`).join(''))
const name = fc.tuple(below('corp.example'), path(2)).map(([host, rest]) => host + rest)
const module = fc
  .tuple(fc.oneof(below('corp.example'), below('notcorp.example'), below('other.test')), path(3))
  .map(([host, rest]) => host + rest)
const domains: fc.Arbitrary<Declaration> = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.array(name, { maxLength: 3 }))
  .map(([own, holes]) => ({
    private: ['corp.example', ...own],
    public: holes.filter((hole) => !['corp.example', ...own].includes(hole)),
    gates: [],
  }))

test('the patterns match what is declared private and nothing else, but for the paths that are said to be out of reach', () => {
  fc.assert(
    fc.property(domains, module, (declaration, path) => {
      const matched = matchPrefixPatterns(privatePatternList(declaration), path)
      const declared = isDeclaredPrivate(declaration, path)
      if (matched !== declared)
        assert.ok(declared && unreachable(declaration).includes(path), `${path}: ${String(declared)}`)
    }),
    { numRuns: 5000 },
  )
})

test('no generated pattern reaches a stranger', () => {
  fc.assert(
    fc.property(domains, module, (declaration, path) => {
      const list = privatePatternList(declaration)
      for (const entry of list.split(',')) assert.equal(overreach(entry), undefined, entry)
      if (!path.includes('corp.example')) assert.equal(matchPrefixPatterns(list, path), false)
      assert.equal(matchPrefixPatterns(list, 'notcorp.example/x'), false)
    }),
  )
})

test('patterns are narrow and short', () => {
  const list = (own: string[], exceptions: string[] = []) =>
    privatePatternList({ private: own, public: exceptions, gates: [] })
  assert.equal(list(['corp.internal']), 'corp.internal,*.corp.internal')
  assert.equal(list(['corp.internal', 'ai.corp.internal', 'ml.ai.corp.internal']), 'corp.internal,*.corp.internal')
  assert.equal(list(['internal']), '*.internal')
  assert.equal(list(['github.com/acme', 'github.com/acme/lib']), 'github.com/acme')
  assert.equal(list(['c.test'], ['c.test/ab']), 'c.test/[^a]*,c.test/a,c.test/a[^b]*,c.test/ab?*,*.c.test')
  assert.equal(list(['c.test'], ['ab.c.test']), 'c.test,*[^b].c.test,b.c.test,*[^a]b.c.test,*[^.]ab.c.test')
  assert.equal(list([]), '')
})

const defaults: FetchSettings = {
  ...(Object.fromEntries(fetchSettingNames.map((setting) => [setting, ''])) as unknown as FetchSettings),
  ...{ GOPROXY: 'https://proxy.example,direct', GOSUMDB: 'sum.golang.org' },
}
const key = 'gate.example+68db1fd7+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH'

test('under the generated settings every module goes where it is declared to, in each of the three ways', () => {
  const front = { name: 'gate', url: 'https://gate.example', for: [] }
  const inner = { name: 'inner', url: 'https://inner.example', for: ['a.corp.example'] }
  const ways = [[], [front], [front, inner]]
  fc.assert(
    fc.property(domains, module, fc.constantFrom(...ways), (declared, path, gates) => {
      const declaration = {
        ...declared,
        gates: declared.public.some((hole) => hole.includes('a.corp')) ? gates.slice(0, 1) : gates,
      }
      const policy = clientPolicy(declaration)
      const settings = settingsOfPolicy(policy, defaults)
      const { agrees, differences } = checkModule(declaration, { settings, front: policy.gate }, path)
      if (!agrees) assert.ok(unreachable(declaration).includes(path), `${path}: ${differences.join()}`)
    }),
    { numRuns: 2000 },
  )
})

test('settings that lead elsewhere are told apart from those that were declared', () => {
  const gate = { name: 'gate', url: 'https://gate.example', for: [] }
  const declaration: Declaration = { private: ['corp.example'], public: [], gates: [gate] }
  const rows: readonly [settings: Partial<FetchSettings>, module: string, difference: RegExp][] = [
    [
      { GOPROXY: 'https://gate.example', GONOPROXY: 'corp.example', GONOSUMDB: 'corp.example' },
      'corp.example/x',
      /goes to direct, not to https:\/\/gate/,
    ],
    [{ GOPROXY: 'https://gate.example,direct' }, 'other.example/x', /then direct, not to/],
    [{ GOPROXY: 'https://gate.example' }, 'corp.example/x', /private, but sum\.golang\.org is asked/],
    [{ GOPROXY: 'https://gate.example', GONOSUMDB: '*' }, 'other.example/x', /public, but nobody is asked/],
    [{ GOPROXY: 'ftp://gate.example' }, 'other.example/x', /refused: invalid proxy URL scheme/],
  ]
  for (const [settings, path, difference] of rows) {
    const check = checkModule(declaration, { settings: { ...defaults, ...settings }, front: gate }, path)
    assert.equal(check.agrees, false)
    assert.match(check.differences.join('\n'), difference)
  }
})

test('nested domains are routed to the deepest gate that keeps them', () => {
  const gate = (url: string, ...kept: string[]) => ({ name: url, url: `https://${url}.example`, for: kept })
  const gates = [
    gate('front'),
    gate('corp', 'corp.internal'),
    gate('ml', 'ml.ai.corp.internal'),
    gate('ai', 'ai.corp.internal'),
  ]
  const declaration: Declaration = { private: ['corp.internal'], public: [], gates }
  assert.deepEqual(
    gatePolicy(declaration).routes.map(({ list }) => list),
    ['https://ml.example', 'https://ai.example', 'https://corp.example'],
  )
  assert.equal(keeperOf(declaration, 'x.ml.ai.corp.internal/y')?.name, 'ml')
  assert.equal(keeperOf(declaration, 'other.internal'), undefined)
})

test('with a covering log two settings are enough, and the rest has to be empty', () => {
  const declaration: Declaration = {
    private: ['corp.example'],
    public: [],
    gates: [{ name: 'g', url: 'https://gate.example', key, for: [] }],
  }
  const { mode, variables, empty } = clientPolicy(declaration)
  assert.equal(mode, 'log')
  assert.deepEqual(
    variables.map(({ name, value }) => [name, value]),
    [
      ['GOPROXY', 'https://gate.example'],
      ['GOSUMDB', key],
    ],
  )
  assert.deepEqual(empty, ['GOPRIVATE', 'GONOPROXY', 'GONOSUMDB'])
})

const contradictions: readonly [text: string, problem: RegExp][] = [
  ['private: [github.com]', /^d\.yaml:1:11: github\.com is shared by strangers/],
  ['private:\n  - "*.corp.com"', /^d\.yaml:2:5: \*\.corp\.com is a pattern; .*: corp\.com has all/],
  ['private: [com]', /would make .* private, which belongs to strangers/],
  ['private: [" corp.com", "corp.com:80"]', /names a port.*did you mean corp\.com\?/],
  ['private: [corp.com]\npublic: [corp.com]', /^d\.yaml:2:10: corp\.com is private and public at once/],
  ['private: [corp.com]\npublic: [other.com]', /inside nothing private/],
  ['gates: [{url: "https://u:secret@g.example"}]', /has a user name or a password/],
  ['gates: [{url: "ftp://g.example"}]', /would be refused by Go/],
  ['gates: [{url: "https://g.example", key: nonsense}]', /is no verifier key/],
  ['private: [a.com]\ngates: [{url: "https://g.example", for: [a.com]}]', /leave its for out/],
  [
    'private: [a.com, b.com]\ngates: [{url: "https://g.example", for: [a.com]}, {url: "https://h.example", for: b.com}]',
    /cannot send a module to one and not to another/,
  ],
  [
    'private: [a.com]\ngates: [{url: "https://f.example"}, {url: "https://g.example", for: [b.com]}]',
    /b\.com is not private/,
  ],
  [
    'private: [a.com]\ngates: [{url: "https://f.example"}, {url: "https://g.example", for: a.com}, {url: "https://h.example", for: a.com}]',
    /one gate keeps it/,
  ],
  [
    'private: [a.com]\npublic: [x.a.com]\ngates: [{url: "https://f.example"}, {url: "https://g.example", for: [x.a.com]}]',
    /x\.a\.com is public/,
  ],
  ['gates: [{url: "https://f.example"}, {name: b, url: "https://f.example"}]', /has the URL of f\.example/],
  ['gatez: 1', /^d\.yaml:1:1: gatez is no part of a declaration/],
  ['private: {a: 1}', /^d\.yaml:1:10: private is not a list of names/],
  ['private: [', /^d\.yaml:1:\d+: /],
  ['- 1', /is not a declaration/],
  ['upstream: "https://u:p@x.example"', /has a user name or a password/],
  [`private: &a [${'x.com,'.repeat(50_000)}]`, /larger than/],
  [
    'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    /alias/,
  ],
]

for (const [text, problem] of contradictions) {
  test(`a declaration is refused with words and a place: ${text.slice(0, 90).replaceAll('\n', ' / ')}`, async () => {
    const { problems } = await readDeclaration(text, 'd.yaml')
    assert.ok(problems)
    assert.match(problems.join('\n'), problem)
    assert.doesNotMatch(problems.join('\n'), /secret|u:p@/)
  })
}
