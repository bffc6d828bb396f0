import { matchPrefixPatterns } from '@modgate/gomod/module'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublicForge } from '../../policy/public-forges.ts'
import { privatePatterns, type RepositoryPlaces } from './private-patterns.ts'

type Given = Partial<Omit<RepositoryPlaces, 'remotes' | 'modules' | 'requires'>> & {
  readonly remotes?: readonly string[]
  readonly modules?: readonly string[]
  readonly requires?: readonly string[]
}

function places({
  remotes = [],
  modules = [],
  requires = [],
  rewrites = [],
  aliases = new Map(),
}: Given): RepositoryPlaces {
  return {
    remotes: remotes.map((url, i) => ({ place: `remote ${i}`, url })),
    modules: modules.map((path) => ({ place: 'go.mod', path })),
    requires: requires.map((path) => ({ place: 'go.mod', path })),
    rewrites,
    aliases,
  }
}

const patternsOf = (given: Given, wholeHost = false) =>
  privatePatterns(places(given), { wholeHost }).patterns.map(({ pattern }) => pattern)

const rows: readonly [claim: string, given: Given, patterns: readonly string[], wholeHost?: boolean][] = [
  ['host and owner, not the whole host', { remotes: ['git@git.corp.example:team/lib.git'] }, ['git.corp.example/team']],
  [
    'the whole host where that is asked for',
    { remotes: ['git@git.corp.example:team/lib.git'] },
    ['git.corp.example'],
    true,
  ],
  ['an owner on a public forge', { remotes: ['https://github.com/corp/lib'] }, ['github.com/corp']],
  ['never a public forge as a whole', { remotes: ['https://github.com/corp/lib'] }, ['github.com/corp'], true],
  ['never a public forge without an owner', { remotes: ['https://github.com/'] }, []],
  ['a group with sub-groups is one owner', { remotes: ['https://gitlab.com/corp/a/b/lib.git'] }, ['gitlab.com/corp']],
  [
    'several remotes, each owner once',
    { remotes: ['git@github.com:me/lib', 'https://github.com/corp/lib', 'https://github.com/corp/lib.git'] },
    ['github.com/me', 'github.com/corp'],
  ],
  [
    'what a URL is rewritten to, and what it says',
    {
      remotes: ['https://github.com/corp/lib'],
      rewrites: [{ base: 'ssh://git@mirror.corp.example/', prefix: 'https://github.com/' }],
    },
    ['github.com/corp', 'mirror.corp.example/corp'],
  ],
  [
    'the longest rewriting prefix wins',
    {
      remotes: ['corp:team/lib'],
      rewrites: [
        { base: 'https://wrong.example/', prefix: 'corp:' },
        { base: 'https://right.example/x/', prefix: 'corp:team/' },
      ],
    },
    ['right.example/x'],
  ],
  [
    'an alias of the ssh configuration',
    { remotes: ['git@work:team/lib'], aliases: new Map([['work', 'git.corp.example']]) },
    ['git.corp.example/team'],
  ],
  [
    'the module path beside the remote',
    { remotes: ['git@github.com:corp/lib'], modules: ['go.corp.example/lib'] },
    ['github.com/corp', 'go.corp.example/lib'],
  ],
  [
    'requirements from the hosts of its own, not those from elsewhere',
    {
      remotes: ['git@git.corp.example:team/lib'],
      requires: ['git.corp.example/other/x', 'github.com/stranger/y', 'other.example/z/q'],
    },
    ['git.corp.example/team', 'git.corp.example/other'],
  ],
  [
    'no requirement from a public forge',
    { remotes: ['git@github.com:corp/lib'], requires: ['github.com/x/y'] },
    ['github.com/corp'],
  ],
  ['nothing of a local remote', { remotes: ['/srv/git/lib.git', '../lib'] }, []],
  [
    'nothing of a path that would be a pattern of its own',
    { modules: ['corp.example/a,*', '*.example/x', 'corp.example/b\nX=1', 'hello'], requires: ['corp.example/*'] },
    [],
  ],
  ['nothing of nothing', {}, []],
]

for (const [claim, given, expected, wholeHost] of rows) {
  test(claim, () => assert.deepEqual(patternsOf(given, wholeHost), expected))
}

test('no result makes a public forge private, holds a secret, or covers another result', () => {
  const host = fc.constantFrom('github.com', 'gitlab.com', 'git.corp.example', 'corp.example')
  const url = fc
    .tuple(
      fc.constantFrom('https://u:s3cret@', 'ssh://git@', 'https://s3cret@'),
      host,
      fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 3 }),
    )
    .map(([scheme, name, path]) => `${scheme}${name}/${path.join('/')}`)
  fc.assert(
    fc.property(fc.array(url, { maxLength: 6 }), fc.boolean(), (remotes, wholeHost) => {
      const result = privatePatterns(places({ remotes }), { wholeHost })
      assert.doesNotMatch(JSON.stringify(result), /s3cret/)
      for (const { pattern } of result.patterns) {
        assert.ok(!isPublicForge(pattern))
        const others = result.patterns.filter((other) => other.pattern !== pattern)
        assert.ok(!others.some((other) => matchPrefixPatterns(other.pattern, pattern)))
      }
    }),
  )
})
