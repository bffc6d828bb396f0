import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyTags, buildTags, evaluate, hasBrokenConstraint, matchFile, parseConstraint, shouldBuild } from './index.ts'
import type { Expression } from './index.ts'

const linux = buildTags({ goos: 'linux', goarch: 'amd64', cgo: true, release: 22, tags: ['mine'] })
const android = buildTags({ goos: 'android', goarch: 'arm64', cgo: false, release: 22 })

test('constraints hold, or not, on a platform and on any', () => {
  const rows = [
    ['//go:build linux', true, true],
    ['//go:build windows', false, true],
    ['//go:build !windows', true, true],
    ['//go:build windows && !windows', false, true],
    ['//go:build ignore', false, false],
    ['//go:build !ignore', true, true],
    ['//go:build linux && ignore', false, false],
    ['//go:build (linux || darwin) && amd64 && !(arm64 || 386)', true, true],
    ['//go:build unix && cgo && gc && go1.1 && go1.22 && mine', true, true],
    ['//go:build go1.23 || gccgo', false, true],
    ['//go:build\tlinux\t', true, true],
    ['// +build windows linux', true, true],
    ['// +build linux,386 darwin', false, true],
    ['//+build !windows,amd64', true, true],
    ['// +build !!linux', false, false],
    ['// +build bad-tag', false, false],
    ['// +build !bad-tag', true, true],
    ['// +build', false, false],
  ] as const
  for (const [line, onLinux, anywhere] of rows) {
    const expression = parseConstraint(line)
    assert.ok(expression, line)
    assert.equal(evaluate(expression, linux), onLinux, line)
    assert.equal(evaluate(expression, anyTags), anywhere, line)
  }
})

test('what is malformed, too large, or no constraint is none', () => {
  const rows = [
    ...[
      '//go:build',
      '//go:build ()',
      '//go:build (a',
      '//go:build a)',
      '//go:build a b',
      '//go:build !!a',
      '//go:build a &',
    ],
    ...[
      '//go:build a && || b',
      '//go:build a-b',
      '//go:builder a',
      '// go:build a',
      '// +builder a',
      '/* +build a */',
      '',
    ],
    `//go:build ${Array(1001).fill('a').join(' || ')}`,
    `//go:build ${'('.repeat(1001)}a${')'.repeat(1001)}`,
    `// +build ${Array(102).fill('a').join(' ')}`,
  ]
  for (const line of rows) assert.equal(parseConstraint(line), undefined, line.slice(0, 60))
  assert.ok(parseConstraint(`//go:build ${Array(1000).fill('a').join(' || ')}`))
})

test('what an expression means survives being written and parsed again', () => {
  const tags = fc.constantFrom('linux', 'windows', 'amd64', 'ignore', 'mine', 'go1.22', 'é')
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5 },
      tags.map((tag): Expression => ({ kind: 'tag', tag })),
      tie('expression').map((of): Expression => ({ kind: 'not', of })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), tie('expression'), tie('expression'))
        .map(([kind, left, right]): Expression => ({ kind, left, right })),
    ),
  }))
  const written = (e: Expression): string => {
    if (e.kind === 'tag') return e.tag
    if (e.kind === 'not') return e.of.kind === 'tag' ? `!${e.of.tag}` : `!(${written(e.of)})`
    return `(${written(e.left)}) ${e.kind === 'and' ? '&&' : '||'} (${written(e.right)})`
  }
  fc.assert(
    fc.property(expression, (original) => {
      const parsed = parseConstraint(`//go:build ${written(original)}`)
      assert.ok(parsed)
      for (const set of [linux, android, anyTags]) assert.equal(evaluate(parsed, set), evaluate(original, set))
    }),
  )
})

test('names of files constrain a build by their last words', () => {
  const rows = [
    ['x.go', true, true],
    ['linux.go', true, true],
    ['x_linux.go', true, true],
    ['x_windows.go', false, false],
    ['x_windows_test.go', false, false],
    ['x_amd64.go', true, false],
    ['x_linux_amd64.go', true, false],
    ['x_linux_arm64.go', false, true],
    ['x_windows_linux.go', true, true],
    ['x_test.go', true, true],
    ['x_unix.go', true, true],
    ['windows_linux.go', true, true],
    ['_windows.go', false, false],
    ['x_linux.windows.go', true, true],
  ] as const
  for (const [name, onLinux, onAndroid] of rows) {
    assert.equal(matchFile(name, linux), onLinux, name)
    assert.equal(matchFile(name, android), onAndroid, name)
    assert.ok(matchFile(name, anyTags), name)
  }
})

test('constraints count where they stand at the head of a file', () => {
  const rows = [
    ['package p', true],
    ['//go:build windows\n\npackage p', false],
    ['//go:build windows\npackage p', false],
    ['/* a comment\n//go:build windows\n*/\npackage p', true],
    ['/* a comment */ /* another\none */\n//go:build windows\n\npackage p', false],
    ['package p\n//go:build windows\n', true],
    ['//go:build linux\n// +build windows\n\npackage p', true],
    ['// +build windows\n\npackage p', false],
    ['// +build windows\npackage p', true],
    ['// +build linux\n// +build windows\n\npackage p', false],
    ['/* */\n// +build windows\n\npackage p', true],
    ['//go:build linux\n//go:build linux\n\npackage p', false],
    ['//go:build (\n\npackage p', false],
    ['// +build linux,\n\npackage p', false],
    ['//go:build windows\r\n\r\npackage p\r\n', false],
  ] as const
  for (const [head, expected] of rows) assert.equal(shouldBuild(head, linux), expected, head)
})

test('a constraint is broken where it stands twice or does not parse', () => {
  const rows = [
    ['//go:build linux\n\npackage p', false],
    ['//go:build linux\n//go:build linux\n\npackage p', true],
    ['//go:build linux &&\n\npackage p', true],
    ['// +build a-b\n\npackage p', false],
  ] as const
  for (const [head, expected] of rows) assert.equal(hasBrokenConstraint(head), expected, head)
})
