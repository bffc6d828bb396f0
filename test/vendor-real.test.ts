// Vendor directories of real programs, from the machine's own module cache: file for file what the real go writes.
import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { fileTree } from './harness/file-tree.ts'
import { machineEnvironment } from './harness/machine-environment.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const main = (...imports: readonly string[]) =>
  `package main\n\nimport (\n${imports.map((path) => `\t_ "${path}"\n`).join('')})\n\nfunc main() {}\n`

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gin, with assembly and tags': {
    'go.mod': 'module main.example\n\ngo 1.21\n\nrequire github.com/gin-gonic/gin v1.9.1\n',
    'main.go': main('github.com/gin-gonic/gin'),
  },
  'cobra from before pruning': {
    'go.mod': 'module main.example\n\ngo 1.16\n\nrequire github.com/spf13/cobra v1.8.1\n',
    'main.go': main('github.com/spf13/cobra/doc'),
  },
  'packages of golang.org/x, with a version that is replaced': {
    'go.mod':
      'module main.example\n\ngo 1.22\n\nrequire golang.org/x/net v0.20.0\n\nreplace golang.org/x/net => golang.org/x/net v0.17.0\n',
    'main.go': main('golang.org/x/net/http2', 'golang.org/x/net/ipv6'),
    'main_test.go': main('golang.org/x/net/html'),
  },
}

for (const [name, files] of Object.entries(projects)) {
  test(`the vendor directory is go's: ${name}`, (t) => compared(t, files))
}

async function compared(t: TestContext, files: Readonly<Record<string, string>>): Promise<void> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'upstream')) === undefined) return
  const environment = await machineEnvironment()
  const root = await temporaryDirectory(t)
  const cwd = join(root, 'work')
  await writeFiles(cwd, files)
  const go = async (...args: readonly string[]) => {
    const { code, stderr } = await ownProcess(t, [toolchain.path, ...args], { cwd, env: environment }).ended
    assert.equal(code, 0, stderr)
  }
  await go('mod', 'tidy')
  await go('mod', 'vendor')
  await rename(join(cwd, 'vendor'), join(root, 'theirs'))
  const { code, stderr } = await runCommand(['vendor'], { home: root, cwd, environment })
  assert.equal(code, 0, stderr)
  const [ours, theirs] = [fileTree(join(cwd, 'vendor')), fileTree(join(root, 'theirs'))]
  assert.deepEqual(Object.keys(ours), Object.keys(theirs))
  assert.deepEqual(ours, theirs)
}
