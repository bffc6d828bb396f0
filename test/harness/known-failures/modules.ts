import { text } from '../answer.ts'
import { changed } from '../fault.ts'
import { files, type KnownFailure, settings } from './scene.ts'

const hello = 'hello.example/hello'
const download = `mod download ${hello}@v1.0.0`
const uses = (path: string) => ({ 'main.go': `package main\n\nimport _ "${path}"\n\nfunc main() {}\n` })
const goMod = (rest: string) => ({ 'go.mod': `module main.example/app\n\ngo 1.22\n\n${rest}\n` })

/** Settings, module paths and versions, the toolchain, the build. */
export const modulesAndBuilds: readonly KnownFailure[] = [
  files('MG1027', ['mod download', goMod(`require ${hello} v2.0.0`)], {
    module: hello,
    required: 'v2.0.0',
    found: 'v2',
  }),
  settings('MG1032', [`get ${hello}/nosub@v1.0.0`, {}], { module: hello, package: `${hello}/nosub` }),
  files('MG1035', ['build ./...', { 'go.mod': 'module m.example/a\n\ngo 1.99\n', ...uses('fmt') }], {
    required: '1.99',
  }),
  {
    id: 'MG1036',
    make: ({ run, upstream }) => {
      upstream.fault(
        '*.mod',
        changed(() => text(200, `module ${hello}\n\ngo 1.99\n`)),
      )
      upstream.fault(
        '/golang.org/toolchain/*',
        changed(() => text(404, 'not found\n')),
      )
      return run(`get ${hello}@v1.0.0`, { GOTOOLCHAIN: 'auto', GOSUMDB: 'off' })
    },
  },
  {
    id: 'MG1037',
    make: async ({ go, run, upstream }) => {
      upstream.fault(
        '/golang.org/toolchain/*',
        changed(() => text(403, 'no toolchains here\n')),
      )
      await go.write({ 'go.mod': 'module m.example/a\n\ngo 1.22\n\ntoolchain go1.99.0\n' })
      return run('build ./...', { GOTOOLCHAIN: 'auto' })
    },
  },
  settings('MG1117', [download, { GOTOOLCHAIN: 'go1.98.0' }], { toolchain: 'go1.98.0' }),
  settings('MG1116', [download, { GOTOOLCHAIN: 'go1.98' }], { toolchain: 'go1.98' }),
  {
    id: 'MG1118',
    make: ({ run }) => run(download, { GOTOOLCHAIN: 'go1.99.0', GOSUMDB: 'off' }),
  },
  settings('MG1038', [download, { GOPROXY: 'off' }], { module: hello }),
  settings('MG1039', [download, { GOPROXY: ',' }]),
  settings('MG1040', [download, { GOPROXY: 'none' }], { entry: 'none' }),
  settings('MG1113', [download, { GOPROXY: 'ftp://proxy.example' }], { entry: 'ftp://proxy.example' }),
  settings('MG1108', [download, { GOPROXY: 'https://a.example:8080;https://b.example' }]),
  settings('MG1041', [download, { GODEBUG: 'cmdgonetlimit=0' }]),
  settings('MG1120', [download, { GOPROXY: 'https://127.0.0.1:1', GOAUTH: 'off; netrc' }]),
  settings('MG1121', [download, { GOPROXY: 'https://127.0.0.1:1', GOAUTH: 'netrc;' }]),
  files('MG1054', ['build ./...', uses(hello)], { package: hello }),
  files('MG1055', ['build ./...', uses('foo/bar')], { package: 'foo/bar' }),
  settings('MG1066', ['mod download hello@v1.0.0', {}], { module: 'hello' }),
  files('MG1067', ['mod download', goMod('require "a b.example/x" v1.0.0')]),
  files('MG1068', ['build ./...', { ...goMod(`require ${hello} v1.0.0`), 'vendor/modules.txt': '', ...uses(hello) }], {
    module: hello,
  }),
  files('MG1069', ['list -m all', goMod(`require ${hello} v1.0.0\n\nreplace ${hello} => ../nosuch`)], {
    target: '../nosuch',
  }),
  {
    id: 'MG1070',
    make: ({ run, upstream }) => {
      upstream.fault(
        '*.mod',
        changed(() => text(200, 'module tool.example/tool\n\nreplace a.example/b => ./b\n')),
      )
      return run('install tool.example/tool@v1.0.0', { GOSUMDB: 'off' })
    },
  },
  settings('MG1071', ['get retracted.example/lib@v1.1.0', {}], { module: 'retracted.example/lib' }),
  settings('MG1123', ['get deprecated.example/lib@v1.0.0', {}], { module: 'deprecated.example/lib' }),
  settings('MG1072', [download, { GOMODCACHE: '/dev/null/mod' }], { path: '/dev/null/mod' }),
  settings('MG1074', ['build ./...', { GOFLAGS: '-nosuch' }], { flag: '-nosuch' }),
  settings('MG1075', ['-C .. mod download', {}]),
  files('MG1114', [
    `list -m ${hello}@v1.0.0`,
    { ...goMod(`require ${hello} v1.0.0`), 'vendor/modules.txt': `# ${hello} v1.0.0\n## explicit\n` },
  ]),
  files('MG1115', ['build ./...', { ...goMod(`require ${hello} v1.0.0\n\nrequire ${hello} v1.1.0`), ...uses('fmt') }]),
  {
    id: 'MG1124',
    make: async ({ go, run }) => {
      await go.write({
        ...goMod(
          'require (\n\ta.example/x v1.0.0\n\ta.example/x/y v1.0.0\n)\nreplace a.example/x => ./x\nreplace a.example/x/y => ./xy\n',
        ),
        ...uses('a.example/x/y'),
        'x/go.mod': 'module a.example/x\n',
        'x/y/y.go': 'package y\n',
        'xy/go.mod': 'module a.example/x/y\n',
        'xy/y.go': 'package y\n',
      })
      return run('build .')
    },
  },
  {
    id: 'MG1125',
    make: async ({ go, run }) => {
      await go.write({ '.git/HEAD': 'ref: refs/heads/main\n', '.git/objects/x': '', '.git/refs/x': '', ...uses('fmt') })
      return run('build -buildvcs=true .', { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' })
    },
  },
  settings('MG1126', ['get -insecure hello.example/hello', {}]),
  settings('MG1127', ['env -w GONOSUMCHECK=1', {}], { variable: 'GONOSUMCHECK' }),
  {
    id: 'MG1128',
    make: ({ go, run }) => {
      go.env['GOWORK'] = 'off'
      return run('-C / build .')
    },
  },
  {
    id: 'MG1129',
    make: async ({ go, run }) => {
      await go.write({
        'go.work': 'go 1.22\n\nuse ./sub\n',
        'sub/go.mod': 'module s.example/s\n\ngo 1.22\n',
        ...uses('fmt'),
      })
      return run('build .')
    },
  },
  files('MG1130', [
    'list -m all',
    { ...goMod(`require ${hello} v1.0.0`), 'vendor/modules.txt': `# ${hello} v1.0.0\n## explicit\n` },
  ]),
  files('MG1136', [
    'build .',
    {
      ...goMod('require a.example/x v1.0.0\n\nreplace a.example/x => ./x'),
      'x/go.mod': 'module a.example/x\n',
      'x/internal/y/y.go': 'package y\n',
      ...uses('a.example/x/internal/y'),
    },
  ]),
  files('MG1137', ['build .', { ...uses('main.example/app/other'), 'other/o_plan9.go': 'package other\n' }]),
  files('MG1138', ['build .', { 'go.mod': 'module m.example/a\n\ngo 1.22.x\n' }]),
  files('MG1139', ['mod tidy', uses('nosuch.example/x')], { package: 'nosuch.example/x' }),
  {
    id: 'MG1140',
    make: async ({ go, run }) => {
      await go.write({ 'go.work': 'go 1.22\n\nuse .\n', ...uses('fmt') })
      return run('build .', { GOFLAGS: '-mod=mod' })
    },
  },
  settings('MG1141', [download, { GOSUMDB: ' ' }]),
  files('MG1131', ['mod download', goMod(`require ${hello} 1.0`)]),
]
