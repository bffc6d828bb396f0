import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowedVcs } from './vcs-rules.ts'

test('the first rule about a path decides, and those built in come last', () => {
  const rows: readonly [govcs: string, root: string, names: readonly string[] | string][] = [
    ['', 'a.example/b', ['git', 'hg']],
    ['', 'corp.example/b', ['all']],
    ['*:off', 'corp.example/b', []],
    ['private:git,public:off', 'corp.example/b', ['git']],
    ['private:git,public:off', 'a.example/b', []],
    [' a.example : git | svn , *:off', 'a.example/b', ['git', 'svn']],
    ['foo', 'a.example/b', 'malformed entry in GOVCS (missing colon): "foo"'],
    ['a:git,', 'a.example/b', 'empty entry in GOVCS'],
    [':git', 'a.example/b', 'empty pattern in GOVCS: ":git"'],
    ['a: ', 'a.example/b', 'empty VCS list in GOVCS: "a:"'],
    ['./a:git', 'a.example/b', 'relative pattern not allowed in GOVCS: "./a"'],
    ['a:git|', 'a.example/b', 'empty VCS name in GOVCS: "a:git|"'],
    ['a:git,a:hg', 'a.example/b', 'unreachable pattern in GOVCS: "a:hg" after "a:git"'],
  ]
  for (const [GOVCS, root, names] of rows) {
    const allowed = allowedVcs({ GOVCS, GOPRIVATE: 'corp.example' }, root)
    assert.deepEqual(allowed.kind === 'allowed' ? allowed.names : allowed.message, names, `${GOVCS} for ${root}`)
  }
})
