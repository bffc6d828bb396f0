// Real programs: the module cache and the go.sum that `modgate download` writes are, byte for byte, what the real go writes.
import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { cacheTree } from './harness/cache-tree.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { machineEnvironment } from './harness/machine-environment.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const mod = (...lines: readonly string[]) => `module main.example\n\n${lines.join('\n')}\n`
const uses = (...paths: readonly string[]) =>
  `package main\n\nimport (\n${paths.map((path) => `\t_ "${path}"\n`).join('')})\n\nfunc main() {}\n`

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gin, whose graph is pruned': {
    'go.mod': mod('go 1.20', 'require github.com/gin-gonic/gin v1.9.1'),
    'main.go': uses('github.com/gin-gonic/gin'),
  },
  'replaced and excluded versions': {
    'go.mod': mod(
      'go 1.20',
      'require github.com/gin-gonic/gin v1.9.1',
      'replace golang.org/x/net => golang.org/x/net v0.17.0',
      'replace github.com/ugorji/go/codec v1.2.11 => ./codec',
      'exclude golang.org/x/text v0.9.0',
    ),
    'main.go': uses('github.com/gin-gonic/gin', 'github.com/ugorji/go/codec'),
    'codec/codec.go': 'package codec\n',
    'codec/go.mod': 'module github.com/ugorji/go/codec\n\ngo 1.19\n\nrequire golang.org/x/sys v0.13.0\n',
  },
  'a retracted and a deprecated version': {
    'go.mod': mod(
      'go 1.22',
      'require github.com/mattn/go-sqlite3 v2.0.3+incompatible',
      'require github.com/golang/protobuf v1.5.2',
    ),
    'main.go': uses('github.com/mattn/go-sqlite3', 'github.com/golang/protobuf/ptypes'),
  },
  'a workspace': {
    'go.work': 'go 1.24.0\n\nuse (\n\t./one\n\t./two\n)\n',
    'one/go.mod': 'module one.example\n\ngo 1.20\n\nrequire github.com/mattn/go-sqlite3 v1.14.16\n',
    'one/main.go': uses('github.com/mattn/go-sqlite3'),
    'two/go.mod': 'module two.example\n\ngo 1.24.0\n\nrequire github.com/golang/protobuf v1.5.2\n',
    'two/main.go': uses('github.com/golang/protobuf/ptypes'),
  },
}

/** A project on a machine: its directory, and commands of go and of modgate with a module cache of one's own. */
async function projectOf(t: TestContext, files: Readonly<Record<string, string>>) {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'upstream')) === undefined) return undefined
  const machine = await machineEnvironment()
  const root = await temporaryDirectory(t)
  const base = join(root, 'project')
  await writeFiles(base, files)
  const cwd = join(base, 'go.work' in files ? 'one' : '')
  // What the machine has in its cache is the proxy of both: only the first run on a machine needs the network.
  const own = (name: string) => ({
    ...machine,
    GOPROXY: `file://${machine['GOMODCACHE']!}/cache/download`,
    ...{ GONOSUMDB: '*', GOFLAGS: '-modcacherw' },
    ...{ HOME: join(root, name), GOPATH: join(root, name, 'go'), GOMODCACHE: join(root, name, 'mod') },
  })
  const go = async (environment: Readonly<Record<string, string>>, args: readonly string[]) => {
    const { code, stderr, stdout } = await ownProcess(t, [toolchain.path, ...args], { cwd, env: environment }).ended
    assert.equal(code, 0, `go ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  const ours = async (environment: Readonly<Record<string, string>>, args: readonly string[]) => {
    const { code, stderr } = await runCommand(args, { home: root, cwd, environment })
    assert.equal(code, 0, `modgate ${args.join(' ')}: ${stderr}`)
  }
  return { base, machine, own, go, ours }
}

for (const [name, files] of Object.entries(projects)) {
  const isWorkspace = 'go.work' in files
  test(`cache and go.sum are go's: ${name}`, async (t) => {
    const project = await projectOf(t, files)
    if (project === undefined) return
    const { base, machine, own, go, ours } = project
    const [theirCache, ourCache] = [own('theirs'), own('ours')]
    if (!isWorkspace) await go(machine, ['mod', 'tidy'])
    await go(machine, ['mod', 'download'])
    const sums = isWorkspace ? undefined : await readFile(join(base, 'go.sum'), 'utf8')
    await go(theirCache, ['mod', 'download'])

    if (sums !== undefined) await rm(join(base, 'go.sum'))
    await ours(ourCache, ['download', ...(sums === undefined ? [] : ['--write'])])
    if (sums !== undefined) assert.equal(await readFile(join(base, 'go.sum'), 'utf8'), sums)
    const [theirs, found] = [cacheTree(theirCache.GOMODCACHE), cacheTree(ourCache.GOMODCACHE)]
    // What go.sum needs of tests of dependencies is fetched with --write, and by go tidy, not by go mod download.
    const missing = Object.keys(theirs).filter((path) => found[path] !== theirs[path] && !path.endsWith('/list'))
    assert.deepEqual(missing, [])

    const offline = { ...ourCache, GOPROXY: 'off' }
    await go(offline, ['list', '-mod=readonly', '-deps', './...'])
    assert.equal(await go(offline, ['mod', 'verify']), 'all modules verified\n')
    await ours(offline, ['verify', '--cache'])
  })
}
