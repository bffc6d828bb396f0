// Which lines go.sum needs, and which `modgate download --write` writes with nothing in the cache, beside those of `go mod tidy`.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Writable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { modloadParts } from '../packages/modgate/src/cli/modload-parts.ts'
import { thisMachine } from '../packages/modgate/src/config/index.ts'
import { sumNeeds } from '../packages/modgate/src/packages/sum-needs.ts'
import { runCommand } from './harness/command.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { proxiedProject, writeProxy } from './harness/module-proxy.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

/** The names of the lines that modgate would keep, for a project in a directory. */
async function needed(directory: string, environment: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const machine = { ...thisMachine(), cwd: directory, home: directory, environment }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const process = { stdout: nowhere, stderr: nowhere, env: environment }
  const parts = await modloadParts({ process, machine }, { mod: 'mod' })
  try {
    const { zips, goMods } = await sumNeeds(parts.loader)
    return [
      ...zips.map(({ path, version }) => `${path} ${version}`),
      ...goMods.map(({ path, version }) => `${path} ${version}/go.mod`),
    ].sort()
  } finally {
    await parts.close()
  }
}

async function compare(t: TestContext, text: string): Promise<void> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const { files, modules } = proxiedProject(text)
  const root = await temporaryDirectory(t)
  const go = await goClient(t, { toolchain, proxy: `file://${join(root, 'proxy')}`, sumdb: 'off' })
  go.env['GOFLAGS'] = '-modcacherw'
  await writeProxy(join(root, 'proxy'), modules)
  const project = join(root, 'project')
  await writeFiles(project, files)
  const tidied = await go.run(['-C', project, 'mod', 'tidy'])
  assert.equal(tidied.code, 0, tidied.stderr)
  const sums = readFileSync(join(project, 'go.sum'), 'utf8')
  const expected = sums.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ').slice(0, 2).join(' ')]))
  assert.ok(expected.length > 0)
  await rm(join(project, 'go.sum'))
  assert.deepEqual(await needed(project, go.env), expected.sort())

  const machine = { home: root, cwd: project, environment: { ...go.env, GOMODCACHE: join(root, 'empty') } }
  const written = await runCommand(['download', '--write'], machine)
  assert.equal(written.code, 0, written.stderr)
  // A go.sum that lacked nothing was left in its order by go.
  const linesOf = (text: string) => text.split('\n').sort()
  assert.deepEqual(linesOf(readFileSync(join(project, 'go.sum'), 'utf8')), linesOf(sums))
}

const archives = globSync(join(import.meta.dirname, 'vendoring', '*.txtar')).sort()

for (const archive of archives) {
  const text = readFileSync(archive, 'utf8')
  if (text.includes('\n-- go.work --\n') || !text.includes('\n-- modules/')) continue
  test(`the lines that go.sum needs are those that go mod tidy writes: ${basename(archive, '.txtar')}`, (t) =>
    // What only tests of dependencies need counts here, unlike for vendor.
    compare(t, `${text}${missing}`))
}

const missing =
  '-- modules/nobody.example@v1.0.0/go.mod --\nmodule nobody.example\n' +
  '-- modules/nobody.example@v1.0.0/test/x.go --\npackage x\n'

const layered = (goVersion: string) => `-- go.mod --
module main.example

go ${goVersion}

require a.example v1.0.0

require b.example v1.0.0 // indirect
-- main.go --
package main

import _ "a.example"
-- modules/a.example@v1.0.0/go.mod --
module a.example

go ${goVersion}

require b.example v1.0.0

require tested.example v1.0.0
-- modules/a.example@v1.0.0/a.go --
package a

import _ "b.example"
-- modules/a.example@v1.0.0/a_test.go --
package a

import _ "tested.example"
-- modules/b.example@v1.0.0/go.mod --
module b.example

go ${goVersion}

require deep.example v1.1.0
-- modules/b.example@v1.0.0/b.go --
package b
-- modules/deep.example@v1.0.0/go.mod --
module deep.example
-- modules/deep.example@v1.0.0/x.go --
package deep
-- modules/deep.example@v1.1.0/go.mod --
module deep.example
-- modules/deep.example@v1.1.0/x.go --
package deep
-- modules/tested.example@v1.0.0/go.mod --
module tested.example

go ${goVersion}

require deep.example v1.0.0
-- modules/tested.example@v1.0.0/x.go --
package tested

import _ "deep.example"
-- modules/tested.example@v1.0.0/x_test.go --
package tested

import _ "a.example"
`

for (const goVersion of ['1.15', '1.16', '1.17', '1.18', '1.20', '1.21.0', '1.25.0']) {
  test(`tests of dependencies count as in go ${goVersion}`, (t) => compare(t, layered(goVersion)))
}
