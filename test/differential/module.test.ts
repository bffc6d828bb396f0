import * as module from '@modgate/gomod/module'
import { differential, passed } from './compare.ts'
import type { Random } from './random.ts'

const { ModuleError } = module
const versionPieces = ['v', '0', '1', '2', '10', '.', '.', '-', '+', 'a', 'Z', 'pre', 'incompatible', '20200101000000', '-abcdef123456', '0.', 'v1.2.3', 'v0.0.0-', 'v1.0.0', 'v1.2.3-pre.0.', '+incompatible', 'é', '00', '!a', '!', 'master', '/', '~1'] // prettier-ignore
const pathPieces = ['example.com', '/', '/', 'a', 'B', 'v2', 'v1', '/v2', '/v03', '.', '-', '~', '~1', '~1a', 'con', 'NUL.x', 'gopkg.in/', 'yaml', '.v1', '.v0', '-unstable', '!a', '!', '+', 'é', '\0', ' ', '@', '中', '%', '"', '\u200b', '//', 'x_y', 'github.com/', '..', 'É', '😀', '\u{10ffff}', '\u0378'] // prettier-ignore
const globPieces = ['*', '**', '?', '[', '[^', 'a-c', 'a', ']', '-', '\\', '/', 'b', '.', 'é', 'c', ',', 'ab', '[a-c]', '[^a]', '*.corp.com', 'corp.com', 'git.', '/x'] // prettier-ignore
const namePieces = ['a', 'b', 'c', '/', '.', 'corp.com', 'git.', 'x', 'é', ']', '-', '*', '?', '\\', '/x', '[']
const pathMajors = ['', '/v2', '/v10', '.v1', '.v2', '.v2-unstable', '.v1-unstable', '.v0', '/', 'v2', '/v', '/v2.0', '.v01'] // prettier-ignore

const path = (random: Random) =>
  random.pick(['', 'example.com/', 'github.com/!b', 'gopkg.in/']) + random.join(pathPieces, 5)
const version = (random: Random) => random.join(versionPieces, 5)

differential('module accepts the paths that Go accepts', async ({ random, agree }) => {
  const inputs = random.times(8000, () => [path(random)] as const)
  for (const name of ['checkPath', 'checkImportPath', 'checkFilePath'] as const) {
    await agree({ op: `module.${name}`, inputs, ours: passed(module[name]), refusal: ModuleError })
  }
  await agree({ op: 'module.splitPathVersion', inputs, ours: module.splitPathVersion })
})

differential('module escapes and unescapes as Go does', async ({ random, agree }) => {
  const paths = random.times(8000, () => [path(random)] as const)
  await agree({ op: 'module.escapePath', inputs: paths, ours: module.escapePath, refusal: ModuleError })
  await agree({ op: 'module.unescapePath', inputs: paths, ours: module.unescapePath, refusal: ModuleError })
  const versions = random.times(8000, () => [random.once(2) ? version(random) : path(random)] as const)
  await agree({ op: 'module.escapeVersion', inputs: versions, ours: module.escapeVersion, refusal: ModuleError })
  await agree({ op: 'module.unescapeVersion', inputs: versions, ours: module.unescapeVersion, refusal: ModuleError })
})

differential('module fits versions to paths as Go does', async ({ random, agree }) => {
  const paths = ['example.com/m', 'example.com/m/v2', 'gopkg.in/y.v1', 'gopkg.in/y.v2-unstable', 'bad', 'gopkg.in/y.v0']
  const pairs = random.times(6000, () => [random.pick(paths), version(random)] as const)
  await agree({ op: 'module.check', inputs: pairs, ours: passed(module.check), refusal: ModuleError })
  const majors = random.times(6000, () => [version(random), random.pick(pathMajors)] as const)
  const { checkPathMajor } = module
  await agree({ op: 'module.checkPathMajor', inputs: majors, ours: passed(checkPathMajor), refusal: ModuleError })
  await agree({ op: 'module.matchPathMajor', inputs: majors, ours: module.matchPathMajor })
  await agree({
    op: 'module.pathMajorPrefix',
    inputs: pathMajors.map((major) => [major] as const),
    ours: module.pathMajorPrefix,
    refusal: RangeError,
    differences: [
      {
        why: 'a mistake of the program, at which Go panics',
        holds: ({ ours, go }) => 'error' in ours && 'error' in go,
      },
      { why: 'a bare slash is no suffix either', holds: ({ args: [major] }) => major === '/' },
    ],
  })
})

differential('module reads and makes pseudo-versions as Go does', async ({ random, agree }) => {
  const versions = random.times(8000, () => [random.once(4) ? version(random) : nearlyPseudo(random)] as const)
  for (const name of ['isPseudoVersion', 'isZeroPseudoVersion', 'canonicalVersion'] as const) {
    await agree({ op: `module.${name}`, inputs: versions, ours: module[name] })
  }
  for (const name of ['pseudoVersionBase', 'pseudoVersionRev'] as const) {
    await agree({ op: `module.${name}`, inputs: versions, ours: module[name], refusal: ModuleError })
  }
  const time = (text: string) => module.pseudoVersionTime(text).getTime()
  await agree({ op: 'module.pseudoVersionTime', inputs: versions, ours: time, refusal: ModuleError })
  await agree({
    op: 'module.pseudoVersion',
    inputs: random.times(3000, () => pseudoParts(random)),
    ours: (major, older, at, rev) => module.pseudoVersion(major, older, new Date(at), rev),
  })
  const majors = ['', 'v0', 'v1', 'v2', 'v10'].map((major) => [major] as const)
  await agree({ op: 'module.zeroPseudoVersion', inputs: majors, ours: module.zeroPseudoVersion })
})

function nearlyPseudo(random: Random): string {
  const base = random.pick(['v1.0.0-', 'v1.2.3-0.', 'v1.2.3-pre.0.', 'v2.0.0-0.', 'v0.0.0-', 'v1.10.100-0.', 'v1.0-', 'v1.2.0-0.']) // prettier-ignore
  const time = random.pick(['20200101000000', '20210230000000', '20200229235959', '20201301000000', '20200101240000', '00010101000000', '2020010100000']) // prettier-ignore
  const rev = random.pick(['abcdef123456', '000000000000', 'a', 'ab-c', '', 'A.b'])
  return `${base}${time}-${rev}${random.pick(['', '', '+incompatible', '+a-b', '+'])}`
}

function pseudoParts(random: Random): readonly [major: string, older: string, at: number, rev: string] {
  const older = random.pick(['', 'v1.2.3', 'v1.9.99', 'v1.2.3-pre', 'v2.0.0+incompatible', 'v1.2.3-rc+incompatible', 'v0.0.0', 'bad', 'v1', 'v1.0.19', version(random)]) // prettier-ignore
  return [random.pick(['', 'v0', 'v1', 'v2']), older, random.large(4e12), 'abcdef123456']
}

differential('module matches patterns as Go does', async ({ random, agree }) => {
  const inputs = random.times(10_000, () => [random.join(globPieces, 5), random.join(namePieces, 6)] as const)
  await agree({ op: 'module.matchPrefixPatterns', inputs, ours: module.matchPrefixPatterns })
  await agree({ op: 'module.pathMatch', inputs, ours: pathMatch, refusal: SyntaxError })
})

/** Where Go answers an error for a pattern that is none, ours answers undefined. */
function pathMatch(pattern: string, name: string): boolean {
  const matches = module.pathMatch(pattern, name)
  if (matches === undefined) throw new SyntaxError('bad pattern')
  return matches
}

differential('module sorts and names module versions as Go does', async ({ random, agree }) => {
  const paths = ['a.example', 'a.example/b', 'B.example', 'é.example', '\uffff', '\u{10000}', '']
  const versions = [
    'v1.0.0',
    'v1.0.0/go.mod',
    'v1.0.0/a',
    'v2.0.0',
    'v1.10.0',
    'v1.9.0',
    'v1.0.0-pre',
    'bad',
    '',
    'v1.5.0/x/\uffff',
    'v1.5.0/x/\u{10000}',
  ]
  const one = () => ({ path: random.pick(paths), version: random.pick(versions) })
  const lists = random.times(1500, () => [uniqueVersions(Array.from({ length: random.below(12) }, one))] as const)
  await agree({ op: 'module.sortVersions', inputs: lists, ours: module.sortVersions })
  await agree({
    op: 'module.versionString',
    inputs: random.times(200, () => [one()] as const),
    ours: module.versionString,
  })
})

/** Go's sort is not stable, and says nothing of versions that it finds equal; in this list only equal texts are. */
function uniqueVersions(list: readonly module.ModuleVersion[]): readonly module.ModuleVersion[] {
  const invalid = (version: string) => /^(bad|)$/.test(version)
  const key = ({ path, version }: module.ModuleVersion) => `${path} ${invalid(version) ? 'invalid' : version}`
  return [...new Map(list.map((item) => [key(item), item])).values()]
}
