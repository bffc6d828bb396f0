// `modgate vendor` beside the real go: the same files, bytes and modes, from unpacked modules and from zips; and refused where go refuses.
import assert from 'node:assert/strict'
import { cpSync, existsSync, globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { fileTree } from './harness/file-tree.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { proxiedProject, writeProxy, type ProxiedProject } from './harness/module-proxy.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

/** A place with two copies of a project, and a go that has its modules. */
interface Scene {
  readonly go: GoClient
  readonly theirs: string
  readonly ours: string
  readonly verb: string
}

async function scene(t: TestContext, { files, modules }: ProxiedProject): Promise<Scene | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return undefined
  const root = await temporaryDirectory(t)
  const go = await goClient(t, { toolchain, proxy: `file://${join(root, 'proxy')}`, sumdb: 'off' })
  Object.assign(go.env, { GOFLAGS: '-modcacherw' })
  await writeProxy(join(root, 'proxy'), modules)
  const [theirs, ours] = [join(root, 'theirs'), join(root, 'ours')]
  await writeFiles(theirs, files)
  await writeFiles(ours, files)
  return { go, theirs, ours, verb: 'go.work' in files ? 'work' : 'mod' }
}

async function modgate({ go, ours }: Scene, args: readonly string[] = ['vendor']) {
  return runCommand(args, { home: ours, cwd: ours, environment: go.env })
}

const archives = globSync(join(import.meta.dirname, 'vendoring', '*.txtar')).sort()

for (const archive of archives) {
  test(`the vendor directory is go's: ${basename(archive, '.txtar')}`, async (t) => {
    const own = await scene(t, proxiedProject(readFileSync(archive, 'utf8')))
    if (!own) return
    const { go, theirs, ours, verb } = own
    const expected = await go.run(['-C', theirs, verb, 'vendor'])
    assert.equal(expected.code, 0, expected.stderr)
    const answer = await modgate(own)
    assert.equal(answer.code, 0, answer.stderr)
    const tree = fileTree(join(theirs, 'vendor'))
    assert.deepEqual(fileTree(join(ours, 'vendor')), tree)
    assert.deepEqual(fileTree(ours), fileTree(theirs), 'nothing else is written')

    await onlyZips(go)
    assert.equal((await modgate(own, ['vendor', '-o', 'again'])).code, 0)
    assert.deepEqual(fileTree(join(ours, 'again')), tree, 'from zips')
  })
}

const base = (files: Readonly<Record<string, string>>): ProxiedProject =>
  proxiedProject(
    Object.entries({
      'go.mod': 'module main.example\n\ngo 1.22\n\nrequire a.example v1.0.0\n',
      'main.go': 'package main\n\nimport _ "a.example"\n',
      'vendor/modules.txt': '# old.example v1.0.0\n',
      'modules/a.example@v1.0.0/go.mod': 'module a.example\n',
      'modules/a.example@v1.0.0/a.go': 'package a\n',
      ...files,
    })
      .map(([name, data]) => `-- ${name} --\n${data}`)
      .join(''),
  )

const aFile = (text: string) => base({ 'modules/a.example@v1.0.0/a.go': text })
const mainFile = (text: string) => base({ 'main.go': text })
const goMod = (...lines: readonly string[]) => ({ 'go.mod': `module main.example\n\ngo 1.22\n\n${lines.join('\n')}\n` })
const bModule = {
  'modules/b.example@v1.0.0/go.mod': 'module b.example\n',
  'modules/b.example@v1.0.0/b.go': 'package b\n',
}
const importsB = { 'modules/a.example@v1.0.0/a.go': 'package a\n\nimport _ "b.example"\n' }

const refusals: readonly (readonly [claim: string, project: ProxiedProject, told: RegExp])[] = [
  [
    'an import that no module has',
    mainFile('package main\n\nimport _ "nobody.example/x"\n'),
    /nobody[.]example\/x, imported by main[.]example: no required module provides this package/,
  ],
  [
    'a package that a dependency lacks',
    aFile('package a\n\nimport _ "a.example/gone"\n'),
    /a[.]example\/gone, imported by a[.]example, imported by main[.]example: no required module/,
  ],
  [
    'a package of two modules',
    base({
      ...goMod('require a.example v1.0.0', 'require a.example/sub v1.0.0'),
      'main.go': 'package main\n\nimport _ "a.example/sub"\n',
      'modules/a.example@v1.0.0/sub/x.go': 'package sub\n',
      'modules/a.example/sub@v1.0.0/go.mod': 'module a.example/sub\n',
      'modules/a.example/sub@v1.0.0/x.go': 'package sub\n',
    }),
    /more than one module has this package: a[.]example@v1[.]0[.]0, a[.]example\/sub@v1[.]0[.]0/,
  ],
  [
    'a module that is used and not required',
    base({
      ...bModule,
      ...importsB,
      'modules/a.example@v1.0.0/go.mod': 'module a.example\n\nrequire b.example v1.0.0\n',
    }),
    /b[.]example: its module b[.]example@v1[.]0[.]0 is used, and go[.]mod does not require it/,
  ],
  [
    'a direct import of what is required by others only',
    base({
      'go.mod': 'module main.example\n\ngo 1.16\n\nrequire a.example v1.0.0\n',
      'main.go': 'package main\n\nimport _ "b.example"\n',
      ...bModule,
      'modules/a.example@v1.0.0/go.mod': 'module a.example\n\nrequire b.example v1.0.0\n',
    }),
    /b[.]example, imported by main[.]example: its module b[.]example@v1[.]0[.]0 is used, and go[.]mod does not require it/,
  ],
  [
    'a version that is lower than another module asks for',
    base({
      ...goMod('require a.example v1.0.0', 'require b.example v1.0.0'),
      ...bModule,
      'modules/b.example@v1.1.0/go.mod': 'module b.example\n',
      'modules/a.example@v1.0.0/go.mod': 'module a.example\n\ngo 1.20\n\nrequire b.example v1.1.0\n',
    }),
    /b[.]example has to be v1[.]1[.]0, not v1[.]0[.]0/,
  ],
  ['a missing line of go.sum', base({ 'go.sum': '' }), /go[.]sum/],
  ['a wrong line of go.sum', wrongSum(), /it hashes to h1:.*, and go[.]sum has h1:AAAA/],
  [
    'a relative import',
    mainFile('package main\n\nimport _ "./x"\n'),
    /[.]\/x, imported by main[.]example: relative imports/,
  ],
  ['an import path that is none', mainFile('package main\n\nimport _ "a.example/\\x01"\n'), /invalid char/],
  [
    'a package for the tag ignore alone',
    aFile('//go:build ignore\n\npackage a\n'),
    /a[.]example, imported by main[.]example: no file of it is part of any build/,
  ],
  ['a byte 0', aFile('package a\0'), /byte 0/],
  [
    'a malformed constraint',
    aFile('//go:build a b\n\npackage a\n'),
    /a[.]example, imported by main[.]example: no file of it is part of any build/,
  ],
  [
    'a malformed constraint beside others',
    base({ 'modules/a.example@v1.0.0/b.go': '//go:build (\n\npackage a\n' }),
    /a[.]example: b[.]go has a \/\/go:build line that is malformed/,
  ],
  [
    'a broken file',
    base({ 'modules/a.example@v1.0.0/b.go': 'package a\n\nimport\n' }),
    /a[.]example: b[.]go is no Go source/,
  ],
  [
    'a test that uses cgo',
    base({ 'modules/a.example@v1.0.0/a_test.go': 'package a\n\nimport "C"\n' }),
    /a_test[.]go is a test, and uses cgo/,
  ],
  [
    'an embed without a match',
    aFile(embedding('x/*.txt')),
    /\/\/go:embed x\/[*][.]txt of a[.]example: no file matches it/,
  ],
  ['a malformed embed', aFile(embedding('../x')), /the pattern is malformed/],
  [
    'a directory with nothing to embed',
    base({ ...embeds('x'), 'modules/a.example@v1.0.0/x/.y': '' }),
    /there is nothing to embed in x/,
  ],
  ['a replacement that is not there', base(goMod('require a.example v1.0.0', 'replace a.example => ./gone')), /gone/],
  [
    'a replacement in the vendor directory',
    base({
      ...goMod('require a.example v1.0.0', 'replace a.example => ./vendor/x'),
      'vendor/x/go.mod': 'module a.example\n',
      'vendor/x/x.go': 'package a\n',
    }),
    /lies in the vendor directory/,
  ],
]

function embedding(pattern: string): string {
  return `package a\n\nimport _ "embed"\n\n//go:embed ${pattern}\nvar x string\n`
}

function embeds(pattern: string): Readonly<Record<string, string>> {
  return { 'modules/a.example@v1.0.0/a.go': embedding(pattern) }
}

function wrongSum(): ProxiedProject {
  const { files, ...rest } = base({})
  const line = /^a.example v1.0.0 .*$/m
  return {
    ...rest,
    files: { ...files, 'go.sum': files['go.sum']!.replace(line, `a.example v1.0.0 h1:${'A'.repeat(43)}=`) },
  }
}

for (const [claim, project, told] of refusals) {
  test(`go and modgate both refuse, and the old vendor directory stays: ${claim}`, async (t) => {
    const own = await scene(t, project)
    if (!own) return
    // What is not in go.sum is downloaded all the same, so that it is not for want of it that modgate refuses.
    await own.go.write({ 'go.mod': 'module elsewhere.example\n' })
    await own.go.run(['mod', 'download', 'a.example@v1.0.0'])
    const expected = await own.go.run(['-C', own.theirs, 'mod', 'vendor'])
    assert.notEqual(expected.code, 0)
    const before = fileTree(own.ours)
    const { code, stderr, stdout } = await modgate(own)
    assert.deepEqual([code, stdout], [1, ''], stderr)
    assert.match(stderr, told)
    assert.deepEqual(fileTree(own.ours), before)
  })
}

/** As if nothing had been unpacked. */
async function onlyZips(go: GoClient): Promise<void> {
  const cache = go.env['GOMODCACHE']!
  if (!existsSync(cache)) return
  cpSync(join(cache, 'cache'), join(cache, '..', 'kept'), { recursive: true })
  await rm(cache, { recursive: true, force: true })
  cpSync(join(cache, '..', 'kept'), join(cache, 'cache'), { recursive: true })
}
