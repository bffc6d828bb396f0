/**
 * Repositories that exercise each rule by which Go makes versions and zips of them. What is right is not written down here: the real
 * go says it (test/vcs-go.test.ts).
 */

import { historyOf, type RepositoryBuilder } from './git-repository.ts'

export interface CorpusRepository {
  /** Prefix of the module paths that the repository's root is. */
  readonly root: string
  readonly url: string
  /** The fourth field of go-import. */
  readonly subdirectory?: string
  readonly format?: 'sha1' | 'sha256'
  /** A branch that is deleted once HEAD is on its commit. */
  readonly detached?: string
  readonly history: Buffer
  /** Paths of modules in it, and of some that are none. */
  readonly modules: readonly string[]
  /** Queries beyond tags, branches and commits. */
  readonly queries?: readonly string[]
}

const goMod = (path: string, rest = '') => `module ${path}\n\ngo 1.20\n${rest}`
const source = (name: string) => `package ${name}\n\nconst Name = "${name}"\n`

const onGithub = (name: string) => ({ root: `github.com/corpus/${name}`, url: `https://github.com/corpus/${name}` })

const build = (steps: (r: RepositoryBuilder) => void) => historyOf(steps)

/** Tags in all spellings, annotated and not, branches, and what is retracted. */
const plain: CorpusRepository = {
  ...onGithub('plain'),
  modules: ['github.com/corpus/plain', 'github.com/corpus/plain/none', 'github.com/corpus/plain/v2'],
  queries: ['HEAD', 'v1.0', 'v9.9.9', 'nosuch', 'v1.0.0+incompatible', 'refs/heads/main', 'dev~1'],
  history: build((r) => {
    r.commit({ 'plain.go': source('plain') })
    r.tag('v0.1.0')
    r.commit({ 'go.mod': goMod('github.com/corpus/plain'), LICENSE: 'do what you like\n' })
    r.tag('v1.0.0', 'v1', 'release')
    r.commit({ 'a.go': source('a') })
    r.annotate('v1.1.0')
    r.commit({ 'b.go': source('b') })
    r.tag('v1.1.1+meta', 'v1.1')
    r.branch('dev')
    r.commit({ 'c.go': source('c') })
    r.commit({ 'd.go': source('d') })
    r.annotate('v1.2.0-rc.1')
    r.branch('main')
    r.commit({ 'go.mod': goMod('github.com/corpus/plain', 'retract (\n\tv1.3.0\n\t[v1.1.0, v1.1.5]\n)\n') })
    r.tag('v1.3.0')
    r.branch('feature/x')
    r.commit({ 'e.go': source('e') })
    r.branch('v1.7.0')
    r.branch('main')
    r.commit({ 'f.go': source('f') })
    r.commit({ 'g.go': source('g') }, { merge: 'dev' })
  }),
}

/** Major versions by branch, by directory, by both at once. */
const majors: CorpusRepository = {
  ...onGithub('majors'),
  modules: ['', '/v2', '/v3', '/v4', '/v5', '/v6'].map((major) => `github.com/corpus/majors${major}`),
  history: build((r) => {
    r.commit({ 'go.mod': goMod('github.com/corpus/majors'), 'm.go': source('m') })
    r.tag('v1.0.0')
    r.branch('v2')
    r.commit({ 'go.mod': goMod('github.com/corpus/majors/v2') })
    r.tag('v2.0.0', 'v2.1.0-beta.1')
    r.commit({ 'n.go': source('n') })
    r.branch('main')
    r.commit({ 'v3/go.mod': goMod('github.com/corpus/majors/v3'), 'v3/m.go': source('m'), LICENSE: 'of the root\n' })
    r.tag('v3.0.0')
    r.commit({ 'v3/o.go': source('o'), 'v3/LICENSE': 'of v3\n' })
    r.tag('v3.0.1', 'v1.1.0')
    r.branch('both')
    r.commit({
      'go.mod': goMod('github.com/corpus/majors/v4'),
      'v4/go.mod': goMod('github.com/corpus/majors/v4'),
      'v4/m.go': source('m'),
    })
    r.tag('v4.0.0')
    r.branch('wrong')
    r.commit({ 'v5/go.mod': 'go 1.20\n', 'go.mod': goMod('github.com/corpus/majors/v2') })
    r.tag('v5.0.0', 'v6.0.0')
  }),
}

/** From before modules: versions without a go.mod, and what became of them. */
const legacy: CorpusRepository = {
  ...onGithub('legacy'),
  modules: ['github.com/corpus/legacy', 'github.com/corpus/legacy/v4', 'github.com/corpus/legacy/v2'],
  queries: ['v2.0.0', 'v2.0.0+incompatible', 'v5.0.0+incompatible', 'v1.0.0+incompatible', 'v4.0.0+incompatible'],
  history: build((r) => {
    r.commit({ 'legacy.go': source('legacy'), 'sub/x.go': source('x') })
    r.tag('v1.0.0')
    r.commit({ 'a.go': source('a') })
    r.tag('v2.0.0')
    r.commit({ 'b.go': source('b') })
    r.tag('v2.1.0', 'v3.0.0-pre')
    r.commit({ 'c.go': source('c') })
    r.tag('v10.0.0')
    r.commit({ 'd.go': source('d') })
    r.branch('modules')
    r.commit({ 'go.mod': goMod('github.com/corpus/legacy/v4') })
    r.tag('v4.0.0')
    r.commit({ 'v5/go.mod': goMod('github.com/corpus/legacy/v5'), 'v5/x.go': source('x'), 'go.mod': null })
    r.tag('v5.0.0')
  }),
}

/** The newest compatible version has a go.mod, so what is above it does not count. */
const settled: CorpusRepository = {
  ...onGithub('settled'),
  modules: ['github.com/corpus/settled'],
  queries: ['v2.0.0+incompatible'],
  history: build((r) => {
    r.commit({ 's.go': source('s') })
    r.tag('v2.0.0')
    r.commit({ 'go.mod': goMod('github.com/corpus/settled') })
    r.tag('v1.5.0')
    r.commit({ 't.go': source('t') })
  }),
}

const untagged: CorpusRepository = {
  ...onGithub('untagged'),
  modules: ['github.com/corpus/untagged', 'github.com/corpus/untagged/sub', 'github.com/corpus/untagged/v2'],
  history: build((r) => {
    r.commit({ 'u.go': source('u') })
    r.commit({ 'sub/go.mod': goMod('github.com/corpus/untagged/sub'), 'sub/s.go': source('s') })
    r.branch('two')
    r.commit({ 'go.mod': goMod('github.com/corpus/untagged/v2') })
    r.branch('main')
    r.commit({ 'v.go': source('v') })
  }),
}

/** Bases of pseudo-versions: releases, pre-releases, other lines, retracted ones, tags that only look like versions. */
const bases: CorpusRepository = {
  ...onGithub('bases'),
  modules: ['github.com/corpus/bases', 'github.com/corpus/bases/sub'],
  history: build((r) => {
    r.commit({ 'go.mod': goMod('github.com/corpus/bases'), 'b.go': source('b') })
    r.commit({ 'sub/go.mod': goMod('github.com/corpus/bases/sub') })
    r.tag('sub/v0.3.0', 'v0.0.0-20200101000000-abcdefabcdef')
    r.commit({ 'c.go': source('c') })
    r.tag('v0.9.0-rc.2')
    r.commit({ 'd.go': source('d') })
    r.branch('side')
    r.commit({ 'e.go': source('e') })
    r.tag('v0.8.0', 'v0.10.0+build')
    r.commit({ 'f.go': source('f'), 'sub/f.go': source('f') })
    r.branch('main')
    r.commit({ 'g.go': source('g') }, { merge: 'side' })
    r.tag('v2.0.0', 'vx')
    r.commit({ 'go.mod': goMod('github.com/corpus/bases', 'retract v0.11.0\n') })
    r.tag('v0.11.0')
    r.commit({ 'h.go': source('h') })
    r.tag('sub/v0.4.0-alpha')
    r.commit({ 'i.go': source('i') })
  }),
}

/** Versions that nobody can use stay in the list and harm no other. */
const broken: CorpusRepository = {
  ...onGithub('broken'),
  modules: ['github.com/corpus/broken', 'github.com/corpus/broken/link'],
  history: build((r) => {
    r.commit({ 'go.mod': goMod('github.com/corpus/broken'), 'b.go': source('b') })
    r.tag('v1.0.0')
    r.commit({ 'go.mod': 'module github.com/corpus/broken\n\nrequire (((\n' })
    r.tag('v1.1.0')
    r.commit({ 'go.mod': goMod('github.com/corpus/elsewhere') })
    r.tag('v1.1.1')
    r.commit({ 'go.mod': 'hello\n' })
    r.tag('v1.1.2')
    r.commit({ 'go.mod': goMod('github.com/corpus/broken'), 'link/go.mod': { link: '../go.mod' } })
    r.tag('v1.1.3', 'link/v0.1.0')
    r.commit({ 'A.go': source('a'), 'a.go': source('a') })
    r.tag('v1.1.4')
    r.commit({ 'A.go': null, 'x\ny.go': source('x') })
    r.tag('v1.1.5')
    r.commit({ 'x\ny.go': null, 'GO.MOD': 'module x\n', 'con.go': 'x' })
    r.tag('v1.1.6')
    r.commit({ 'GO.MOD': null, 'con.go': null, 'go.mod': '' })
    r.tag('v1.2.0')
  }),
}

/** What is left out of a zip, what is converted, and what git would do to it elsewhere. */
const files: CorpusRepository = {
  ...onGithub('files'),
  modules: ['github.com/corpus/files', 'github.com/corpus/files/inner', 'github.com/corpus/files/deep/er'],
  history: build((r) => {
    const common = {
      'go.mod': goMod('github.com/corpus/files'),
      'empty.txt': '',
      'crlf.txt': 'a\r\nb\r\n',
      'run.sh': { program: '#!/bin/sh\n' },
      'link.go': { link: 'files.go' },
      loop: { link: '.' },
      'files.go': source('files'),
      '.hidden/x': 'x\n',
      '.gitmodules': '[submodule "sub"]\n\tpath = sub\n\turl = ../../evil\n',
      sub: { submodule: 'b94d27b9934d3e08a52e52d7da7dabfac484efe3' },
      'größe.txt': 'ü\n',
      'with space.txt': ' \n',
      [`long/${'d'.repeat(90)}/${'e'.repeat(90)}/f.txt`]: 'long\n',
      'large.txt': Array.from({ length: 200_000 }, (_, at) => `${at}\n`).join(''),
      'bytes.bin': Buffer.from([0, 255, 13, 10, 26, 0]),
      'vendor/modules.txt': '# x\n',
      'vendor/x.example/y/y.go': source('y'),
      'pkg/vendor/z.go': source('z'),
      'pkg/vendor/x.example/z.go': source('z'),
      'inner/go.mod': goMod('github.com/corpus/files/inner'),
      'inner/i.go': source('i'),
      'deep/er/go.mod': goMod('github.com/corpus/files/deep/er'),
      'deep/er/x.txt': 'x\n',
      'other/Go.mod': 'module other\n',
      'other/o.go': source('o'),
      '.hg_archival.txt': 'x\n',
      LICENSE: 'the license\n',
    }
    r.commit(common)
    r.tag('v1.0.0', 'inner/v1.0.0', 'deep/er/v0.1.0')
    r.commit({ 'go.mod': 'module github.com/corpus/files\n\ngo 1.24\n', 'deep/er/LICENSE': { link: '../../LICENSE' } })
    r.tag('v1.1.0', 'deep/er/v0.2.0')
    r.commit({
      '.gitattributes': [
        '*.txt text',
        'crlf.txt text eol=crlf',
        'files.go export-ignore',
        'inner export-ignore',
        'subst.txt export-subst',
        'id.txt ident',
        'wide.txt working-tree-encoding=UTF-16LE text',
        '*.lfs filter=lfs diff=lfs merge=lfs -text',
        '*.evil filter=evil diff=evil textconv=evil',
      ].join('\n'),
      'subst.txt': '$Format:%H%n%an$\n',
      'id.txt': '$Id$\n',
      'wide.txt': 'wide ü\n',
      'big.lfs': 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
      'x.evil': 'evil\n',
      'deep/er/.gitattributes': 'x.txt eol=crlf\n',
      'deep/er/c.txt': 'c\r\n',
    })
    r.tag('v1.2.0', 'deep/er/v0.3.0', 'inner/v1.1.0')
    r.commit({ 'go.mod': 'module github.com/corpus/files\n\ngo 1.99\n' })
  }),
}

/** A page at the host says where the repository is: gopkg.in, and names of one's own. */
const gopkg: readonly CorpusRepository[] = ['v1', 'v2', 'v3', 'v3-unstable'].map((major) => ({
  root: `gopkg.in/corpus/yaml.${major}`,
  url: 'https://github.com/corpus/yaml',
  modules: [`gopkg.in/corpus/yaml.${major}`],
  history: build((r) => {
    r.commit({ 'yaml.go': source('yaml') })
    r.tag('v1.0.0', 'v0.5.0')
    r.commit({ 'go.mod': goMod('gopkg.in/corpus/yaml.v2') })
    r.tag('v2.0.0')
    r.commit({ 'x.go': source('x') })
    r.branch('v3')
    r.commit({ 'go.mod': goMod('gopkg.in/corpus/yaml.v3') })
    r.tag('v3.0.0')
    r.commit({ 'y.go': source('y') })
  }),
}))

const vanity: readonly CorpusRepository[] = [
  {
    root: 'vanity.example/lib',
    url: 'https://github.com/corpus/mono',
    subdirectory: 'go/lib',
    modules: ['vanity.example/lib', 'vanity.example/lib/v2', 'vanity.example/lib/more'],
    history: build((r) => {
      r.commit({ LICENSE: 'of all\n', 'README.md': '# mono\n' })
      r.commit({ 'go/lib/go.mod': goMod('vanity.example/lib'), 'go/lib/l.go': source('l') })
      r.tag('go/lib/v1.0.0', 'v1.0.0')
      r.commit({ 'more/go/lib/go.mod': goMod('vanity.example/lib/more'), 'more/go/lib/m.go': source('m') })
      r.tag('more/go/lib/v0.1.0')
      r.commit({ 'go/lib/go.mod': goMod('vanity.example/lib/v2') })
      r.tag('go/lib/v2.0.0')
      r.commit({ 'go/lib/x.go': source('x') })
    }),
  },
  {
    root: 'vanity.example/whole/v2',
    url: 'https://github.com/corpus/whole',
    modules: ['vanity.example/whole/v2'],
    history: build((r) => {
      r.commit({ 'go.mod': goMod('vanity.example/whole/v2'), 'w.go': source('w') })
      r.tag('v2.0.0', 'v1.0.0')
      r.commit({ 'x.go': source('x') })
    }),
  },
]

const hashed: CorpusRepository = {
  ...onGithub('hashed'),
  format: 'sha256',
  modules: ['github.com/corpus/hashed'],
  history: build((r) => {
    r.commit({ 'go.mod': goMod('github.com/corpus/hashed'), 'h.go': source('h') })
    r.tag('v1.0.0')
    r.commit({ 'i.go': source('i') })
    r.commit({ 'j.go': source('j') })
  }),
}

/** HEAD is on a commit that neither a branch nor a tag leads to. */
const detached: CorpusRepository = {
  ...onGithub('detached'),
  detached: 'gone',
  modules: ['github.com/corpus/detached'],
  queries: ['HEAD'],
  history: build((r) => {
    r.commit({ 'go.mod': goMod('github.com/corpus/detached'), 'd.go': source('d') })
    r.tag('v0.2.0')
    r.branch('gone')
    r.commit({ 'e.go': source('e') })
  }),
}

/** Those of the corpus that are called so: to make all of them takes a second. */
export const inCorpus = (...names: readonly string[]): readonly CorpusRepository[] =>
  gitCorpus.filter(({ url }) => names.some((name) => url.endsWith(`/${name}`)))

export const gitCorpus: readonly CorpusRepository[] = [
  plain,
  majors,
  legacy,
  settled,
  untagged,
  bases,
  broken,
  files,
  ...gopkg,
  ...vanity,
  hashed,
  detached,
]
