import { checkPath, matchPrefixPatterns } from '@modgate/gomod/module'
import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explainMatch, mendedList, patternListFlaws } from './match.ts'
import { matchedPart } from './match-hit.ts'
import { deadPattern } from './pattern-repair.ts'
import { overreach } from './pattern-reach.ts'

const word = fc.constantFrom('corp', 'Corp', 'git', 'api', 'org', 'github', 'a', '*', '?', 'x*', '*x', '[a-z]*', '\\a', '[', ' ', '(a', '^x', 'v2', '.git') // prettier-ignore
const host = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('.'))
const before = fc.constantFrom('', '', '', '', ' ', '/', '.', '!', 'https://', 'git@', '*', '"')
const after = fc.constantFrom('', '', '', '/', '/*', '/...', ':8443', ' ', '@v1', '$', ';x.y')
const pattern = fc
  .tuple(before, host, fc.array(word, { maxLength: 2 }), after)
  .map(([start, name, rest, end]) => start + [name, ...rest].join('/') + end)
const list = fc.array(pattern, { maxLength: 4 }).map((entries) => entries.join(','))
const plain = fc.constantFrom('corp', 'git', 'api', 'org', 'a', 'notcorp', 'gitt')
const module = fc
  .tuple(
    fc.array(plain, { minLength: 2, maxLength: 4 }),
    fc.array(fc.oneof(plain, fc.constantFrom('Org', 'v2', 'lib.git')), { maxLength: 3 }),
  )
  .map(([names, rest]) => [names.join('.'), ...rest].join('/'))

test('the verdict is that of the pattern rules, and the entry named is one that matches alone', () => {
  fc.assert(
    fc.property(list, module, (patterns, path) => {
      const verdict = explainMatch(patterns, path)
      assert.equal(verdict.match, matchPrefixPatterns(patterns, path))
      assert.equal(verdict.pattern !== undefined, verdict.match)
      if (verdict.pattern !== undefined) assert.ok(matchPrefixPatterns(verdict.pattern, path))
    }),
    { numRuns: 3000 },
  )
})

test('what is proposed matches the module that it is proposed for, and reaches no stranger', () => {
  fc.assert(
    fc.property(list, module, (patterns, path) => {
      const instead = explainMatch(patterns, path).nearest?.instead
      if (instead === undefined) return
      assert.ok(matchPrefixPatterns(instead, path), `${instead} for ${path}`)
      assert.equal(overreach(instead), undefined)
      if (!/[*?[]/.test(instead)) assert.equal(matchPrefixPatterns(instead, `not${path}`), false)
      assert.equal(matchPrefixPatterns(instead, 'github.com/a-stranger/lib'), false)
    }),
    { numRuns: 3000 },
  )
})

test('a pattern that is called dead matches no path that a module can have', () => {
  fc.assert(
    fc.property(pattern, module, (entry, path) => {
      checkPath(path)
      const dead = deadPattern(entry)
      if (dead === undefined) return
      assert.equal(matchPrefixPatterns(entry, path), false, `${entry} matches ${path}`)
      for (const meant of dead.meant) assert.equal(deadPattern(meant), undefined, `${entry} -> ${meant}`)
    }),
    { numRuns: 5000 },
  )
})

test('the stranger that shows a pattern to be too wide is matched by it, and not by what is proposed instead', () => {
  fc.assert(
    fc.property(pattern, (entry) => {
      const wide = overreach(entry)
      if (wide === undefined) return
      assert.ok(matchPrefixPatterns(entry, wide.stranger))
      if (wide.instead !== undefined) assert.equal(matchPrefixPatterns(wide.instead, wide.stranger), false)
    }),
    { numRuns: 3000 },
  )
})

test('a list of many modules keeps what it matched when it is mended, but for what is too wide', () => {
  fc.assert(
    fc.property(list, module, (patterns, path) => {
      if (patternListFlaws(patterns).tooWide.length > 0 || !matchPrefixPatterns(patterns, path)) return
      const mended = mendedList(patterns, []) ?? patterns
      assert.ok(matchPrefixPatterns(mended, path), `${patterns} -> ${mended}`)
    }),
  )
})

const misses: readonly [patterns: string, module: string, why: RegExp, instead: string | undefined][] = [
  ['*.corp.com', 'corp.com', /wants a name and a dot before corp\.com/, 'corp.com'],
  ['*.corp.com', 'corp.com/internal', /not about corp\.com itself/, 'corp.com'],
  ['corp.com/*', 'git.corp.com/x', /host of its own.*\*\.corp\.com/, 'git.corp.com'],
  ['corp.com/*', 'corp.com', /has 2 elements, and the path only 1/, 'corp.com'],
  ['corp.com', 'git.corp.com/x', /host of its own/, 'git.corp.com'],
  ['private.mod.internal', 'sub.private.mod.internal/x', /host of its own/, 'sub.private.mod.internal'],
  ['corp.com, git.corp.com', 'git.corp.com/x', /^" git\.corp\.com" has a space/, 'git.corp.com'],
  ['https://git.corp.com/team', 'git.corp.com/team/x', /is a URL/, 'git.corp.com/team'],
  ['https://u:secret@git.corp.com', 'git.corp.com/team/x', /is a URL/, 'git.corp.com'],
  ['git@git.corp.com:team', 'git.corp.com/team/x', /address of a repository/, 'git.corp.com/team'],
  ['git.corp.com:8443', 'git.corp.com/x', /names a port/, 'git.corp.com'],
  ['/corp.com', 'corp.com/x', /empty element/, 'corp.com'],
  ['.corp.com', 'git.corp.com/x', /begins with a dot/, '*.corp.com'],
  ['.corp.com', 'corp.com/x', /begins with a dot/, 'corp.com'],
  ['CORP.com', 'corp.com/x', /has a capital/, 'corp.com'],
  ['github.com/myorg', 'github.com/MyOrg/lib', /differs in capitals/, 'github.com/MyOrg'],
  ['!corp.com', 'corp.com/x', /no exceptions/, undefined],
  ['"corp.com"', 'corp.com/x', /quotation marks/, 'corp.com'],
  ['corp.com;git.corp.com', 'git.corp.com/x', /only a comma/, 'git.corp.com'],
  ['corp.com/...', 'corp.com/x', /for packages/, 'corp.com'],
  [String.raw`.*\.corp\.com`, 'git.corp.com/x', /regular expression/, '*.corp.com'],
  [String.raw`^corp\.com$`, 'corp.com/x', /regular expression/, 'corp.com'],
  ['git.corp.com/[a-', 'git.corp.com/a', /malformed/, undefined],
  ['internal', 'api.internal/x', /no dot in its first element/, '*.internal'],
  ['git.corp.com/team/lib', 'git.corp.com/team', /has 3 elements/, 'git.corp.com/team'],
  ['git.corp.com/team.git', 'git.corp.com/team', /ends in \.git/, 'git.corp.com/team'],
  ['git.crop.com', 'git.corp.com/x', /one letter away/, 'git.corp.com'],
  ['https://github.com', 'github.com/org/x', /is a URL/, 'github.com/org'],
  ['corp.com@v1.0.0', 'corp.com/x', /names a version/, 'corp.com'],
  ['git.corp.com/team-a', 'git.corp.com/team-xyz', /the same host, but another path/, undefined],
  ['corp.com', 'example.com/x', /is about other paths/, undefined],
  ['none', 'example.com/x', /no dot/, undefined],
  ['', 'example.com/x', /the list is empty/, undefined],
]

for (const [patterns, path, why, instead] of misses) {
  test(`${JSON.stringify(patterns)} does not match ${path}, and why is said`, () => {
    const verdict = explainMatch(patterns, path)
    assert.equal(verdict.match, false)
    assert.match(verdict.why, why)
    assert.equal(verdict.nearest?.instead, instead)
  })
}

const hits: readonly [pattern: string, module: string, prefix: string, stars: readonly string[]][] = [
  ['*.corp.com', 'git.api.corp.com/foo', 'git.api.corp.com', ['git.api']],
  ['**.corp.com', 'git.corp.com/v2', 'git.corp.com', ['git']],
  ['corp.com/*', 'corp.com/lib/v2', 'corp.com/lib', ['lib']],
  ['corp.com/', 'corp.com/lib', 'corp.com', []],
  ['*.corp.com/team-*', 'a.b.corp.com/team-x/y', 'a.b.corp.com/team-x', ['a.b', 'x']],
  ['*', 'corp.com', 'corp.com', ['corp.com']],
]

for (const [entry, path, prefix, stars] of hits) {
  test(`${entry} matches ${prefix} of ${path}`, () => {
    assert.equal(explainMatch(entry, path).pattern, entry)
    assert.deepEqual(matchedPart(entry, path), { prefix, stars })
  })
}

test('patterns that reach strangers are named with one of them', () => {
  const rows: readonly [pattern: string, instead: string | undefined][] = [
    ['*', undefined],
    ['*/*', undefined],
    ['*corp.com', 'corp.com,*.corp.com'],
    ['*corp.com/team', 'corp.com/team,*.corp.com/team'],
    ['corp.com*', 'corp.com'],
    ['github.com', undefined],
    ['github.com/*', undefined],
    ['*.com', undefined],
    ['github.com/org*', 'github.com/org'],
  ]
  for (const [entry, instead] of rows) {
    const wide = overreach(entry)
    assert.ok(wide, entry)
    assert.equal(wide.instead, instead, entry)
  }
  for (const entry of [
    'corp.com',
    '*.corp.com',
    'corp.com/*',
    'git.corp.com/team-*',
    'github.com/org',
    'github.com/org/*',
    '*.internal',
  ]) {
    assert.equal(overreach(entry), undefined, entry)
  }
})

test('a mended list says what was meant', () => {
  const modules = ['corp.com/x', 'git.corp.com/x']
  const mend = (patterns: string) =>
    mendedList(
      patterns,
      modules.map((path) => explainMatch(patterns, path)),
    )
  assert.equal(mend('*.corp.com'), '*.corp.com,corp.com')
  assert.equal(mend('corp.com/*'), 'corp.com/*,git.corp.com')
  assert.equal(mend('*corp.com'), 'corp.com,*.corp.com')
  assert.equal(mend('corp.com,*.corp.com'), undefined)
  assert.equal(mend(' corp.com, *.corp.com'), 'corp.com,*.corp.com')
})
