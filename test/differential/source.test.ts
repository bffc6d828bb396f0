import {
  buildTags,
  evaluate,
  hasBrokenConstraint,
  matchFile,
  parseConstraint,
  shouldBuild,
} from '@modgate/gomod/constraint'
import { matchName } from '@modgate/gomod/embed'
import { embedPatterns, readHead } from '@modgate/gomod/imports'
import { differential } from './compare.ts'
import type { Random } from './random.ts'

const tags = ['linux', 'windows', 'amd64', 'a', 'b_1', 'go1.22', 'é', '386', 'ignore']
const constraintPieces = [...tags, ' ', ' ', '&&', '||', '!', '(', ')', ',', '-', '\t', ' && ', ' || ', '!!', '&', '+'] // prettier-ignore
const headPieces = ['package p\n', '//go:build linux\n', '//go:build !linux', '// +build windows', '//+build a\n', '\n', '\n\n', '/*', '*/', '// x\n', 'package p', '\r\n', ' ', '//go:build (', '/* x */', '//', '+build', ' linux', ' ignore'] // prettier-ignore
const sourcePieces = ['import "a"\n', 'import (\n"b/c"\n_ `d`; e "f"\n)\n', 'import "embed"\n', 'import . "embed"\n', '//go:embed x y\n', '//go:embed "a b"', '//go:embed `c`\n', 'var s = "//go:embed n"\n', 'var t = `\n', '`\n', "var r = '\\''\n", "var q = '\"'\n", '/*\n', '*/\n', '\n', ';', '// é\n', 'func f() {}\n', 'import "\\x61"\n', 'import"g";', '//go:embed all:h[a-c]*\n', '//go:embedx y\n', '//go:embed "u\n', 'import ()\n'] // prettier-ignore
const globPieces = ['*', '?', '[', '[^', 'a-c', 'a', ']', '-', '\\', 'b', '.', 'é', '[a-c]', '**']
const nameWords = [
  'x',
  'linux',
  'windows',
  'unix',
  'amd64',
  'arm64',
  '386',
  'test',
  '',
  'android',
  'wasm',
  'js',
  '.linux',
]
const platforms: readonly (readonly [goos: string, goarch: string])[] = [['linux', 'amd64'], ['windows', '386'], ['android', 'arm64'], ['ios', 'arm64'], ['illumos', 'amd64'], ['js', 'wasm'], ['plan9', 'arm']] // prettier-ignore

class Refused extends Error {}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Refused('malformed')
  return value
}

differential('build constraints are parsed and mean what Go makes of them', async ({ random, agree }) => {
  const line = (random: Random) =>
    random.pick(['//go:build ', '//go:build ', '// +build ', '//+build', '//go:build', '']) +
    random.join(constraintPieces, 9)
  const inputs = random.times(20_000, () => [line(random), random.some(4, () => random.pick(tags))] as const)
  await agree({
    ...{ op: 'source.evaluate', inputs, refusal: Refused },
    ours: (text, set) => evaluate(must(parseConstraint(text)), (tag) => set.includes(tag)),
  })
})

differential('names match patterns as with path.Match', async ({ random, agree }) => {
  const inputs = random.times(
    20_000,
    () => [random.join(globPieces, 6), random.join(['a', 'b', 'c', 'é', '.', '-'], 4)] as const,
  )
  await agree({
    op: 'source.matchName',
    inputs,
    refusal: Refused,
    ours: (pattern, name) => must(matchName(pattern))(name),
    differences: [
      {
        why: 'a star of Go may take half of a character',
        holds: ({ args: [, name], ours }) => name.includes('é') && 'value' in ours,
      },
    ],
  })
})

differential('a file is part of a build by its name and its head as for go/build', async ({ random, agree }) => {
  const name = () => `${random.some(4, () => random.pick(nameWords)).join('_')}.go`
  const head = () => `${random.join(headPieces, 8)}\npackage p\n`
  const inputs = random.times(20_000, () => [name(), head(), ...random.pick(platforms)] as const)
  await agree({
    ...{ op: 'source.matchFile', inputs, refusal: Refused },
    ours: (file, text, goos, goarch) => {
      const set = buildTags({ goos, goarch, cgo: true, release: 22 })
      if (file.startsWith('_') || file.startsWith('.') || !matchFile(file, set)) return false
      const found = readHead(Buffer.from(text))
      if (hasBrokenConstraint(found.text)) throw new Refused('malformed')
      return shouldBuild(found.text, set)
    },
  })
})

differential(
  'of a Go file package name, imports and embedded files are read as by go/build',
  async ({ random, agree }) => {
    const inputs = random.times(20_000, () => [`package p\n${random.join(sourcePieces, 8)}`] as const)
    const unique = (list: readonly string[]) => [...new Set(list)].sort()
    await agree({
      ...{ op: 'source.read', inputs, refusal: Refused },
      ours: (text) => {
        const source = Buffer.from(text)
        const { name, imports, isBroken } = readHead(source)
        if (isBroken) throw new Refused('broken')
        const patterns = imports.includes('embed') ? embedPatterns(source) : []
        return { name, imports: unique(imports), patterns: unique(patterns) }
      },
      differences: [
        {
          why: 'a semicolon that nothing needs ends the imports for the parser, and not for who looks for imports',
          holds: ({ args: [text] }) => /[\n;](?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*;/.test(text),
        },
        {
          why: 'what is behind an import on its line is looked at by the compiler, not by who looks for imports',
          holds: ({ ours, go }) => 'value' in ours && 'error' in go && /expected|found|missing/.test(go.error.message),
        },
      ],
    })
  },
)
