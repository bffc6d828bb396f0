import { testDatabase } from '../database.ts'
import * as faults from '../fault.ts'
import { files, type KnownFailure, settings } from './scene.ts'

const hello = 'hello.example/hello'
const download = `mod download ${hello}@v1.0.0`
const wrong = `h1:${'A'.repeat(43)}=`
const main = 'package main\n\nimport _ "hello.example/hello"\n\nfunc main() {}\n'
const requiring = `module main.example/app\n\ngo 1.22\n\nrequire ${hello} v1.0.0\n`

/** The checksum database and go.sum. */
export const verification: readonly KnownFailure[] = [
  files('MG1042', [download, { 'go.sum': `${hello} v1.0.0 ${wrong}\n` }], {
    module: hello,
    version: 'v1.0.0',
    recorded: wrong,
  }),
  {
    id: 'MG1043',
    values: { module: hello, database: 'sumdb.example' },
    make: async ({ run, upstream }) => {
      const claim = (record: string) => record.replaceAll(/h1:\S+/g, wrong)
      upstream.database = await testDatabase(upstream.corpus, { claim })
      return run(download)
    },
  },
  {
    id: 'MG1135',
    make: async ({ go, run, upstream }) => {
      await run(download)
      upstream.database = await testDatabase(upstream.corpus, {
        filler: 400,
        claim: (record) => record.replace('h1:0', 'h1:1'),
      })
      go.env['GOMODCACHE'] = `${go.env['GOMODCACHE']}-2`
      return run('mod download tool.example/tool@v1.0.0')
    },
  },
  {
    id: 'MG1044',
    make: async ({ run, upstream }) => {
      await run(download)
      const claim = (record: string) => record.replace('n v1.0.7 ', 'm v1.0.7 ')
      upstream.database = await testDatabase(upstream.corpus, { claim })
      return run('mod download tool.example/tool@v1.0.0')
    },
  },
  {
    id: 'MG1045',
    values: { module: hello, version: 'v1.0.0' },
    make: async ({ run, upstream }) => {
      const other = await testDatabase(upstream.corpus, { seed: 2 })
      return run(download, { GOSUMDB: other.key })
    },
  },
  {
    id: 'MG1046',
    values: { url: '{proxy}/sumdb/sumdb.example/supported', status: '403 Forbidden' },
    make: ({ run, upstream }) => {
      upstream.fault('*/supported', faults.status(403, 'no\n'))
      return run(download)
    },
  },
  {
    id: 'MG1047',
    values: { module: 'private.example/team/secret', database: 'sumdb.example' },
    make: ({ run }) => run('mod download private.example/team/secret@v1.0.0'),
  },
  {
    id: 'MG1048',
    values: { module: hello, host: 'sum..example' },
    make: ({ run, upstream }) => run(download, { GOSUMDB: `${upstream.database.key} https://sum..example` }),
  },
  {
    id: 'MG1101',
    values: { module: hello },
    make: async ({ run, upstream }) => {
      const claim = (record: string) => record.replaceAll(hello, 'other.example/x')
      upstream.database = await testDatabase(upstream.corpus, { claim })
      return run(download)
    },
  },
  settings('MG1049', [download, { GOSUMDB: 'sum.golang.org+https://mirror.example' }]),
  settings('MG1050', [download, { GOSUMDB: 'a b c' }]),
  files('MG1051', [download, { 'go.sum': 'one two\n' }], { line: '1', count: '2' }),
  files('MG1053', ['list -m all', { 'go.mod': requiring }], { module: hello }),
  {
    id: 'MG1052',
    values: { package: hello, importer: 'main.example/app' },
    make: async ({ go, run }) => {
      await go.write({ 'go.mod': requiring, 'main.go': main })
      await run('mod download')
      return run('build ./...')
    },
  },
  {
    id: 'MG1073',
    values: { module: hello, version: 'v1.0.0' },
    make: async ({ go, run }) => {
      await go.write({ 'go.mod': requiring, 'main.go': main })
      await run('get hello.example/hello@v1.0.0')
      await go.write({ [`../home1/mod/${hello}@v1.0.0/more.go`]: 'package hello\n' })
      return run('mod verify')
    },
  },
]
