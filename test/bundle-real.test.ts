// A bundle with real modules and the real checksum database, of seventy million records: the go command believes it without a network.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { machineGoSettings } from '../tools/components/index.ts'
import { requireComponent } from './harness/components.ts'
import { modgate, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory, writeFiles } from './harness/temporary.ts'

const program = {
  'go.mod': 'module main.example\n\ngo 1.20\n\nrequire github.com/pelletier/go-toml/v2 v2.0.8\n',
  'main.go': `package main

import "github.com/pelletier/go-toml/v2"

func main() {
	text, err := toml.Marshal(map[string]int{"a": 1})
	print(string(text), err == nil)
}
`,
}

test('a program on a public module builds from a bundle, unpacked and behind an offline gate, verified by sum.golang.org', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  const upstream = await requireComponent(t, 'upstream')
  if (toolchain === undefined || upstream === undefined) return
  const home = await temporaryDirectory(t)
  await writeFiles(home, program)
  const env = { PATH: '/usr/bin:/bin', HOME: home, ...(await machineGoSettings()) }
  const run = async (args: readonly string[], argv: readonly string[] = modgate) => {
    const { code, stdout, stderr } = await ownProcess(t, [...argv, ...args], { cwd: home, env }).ended
    assert.equal(code, 0, stdout + stderr)
    return stdout
  }
  const stores = { near: join(home, 'near'), far: join(home, 'far') }
  await run(['bundle', 'export', '-o', 'one.bundle', '--data', stores.near])
  const key = (await run(['log', 'key', '--data', stores.near])).trim()
  await run(['bundle', 'import', 'one.bundle', '--data', stores.far, '--key', key])
  const folder = join(home, 'folder')
  await run([folder], ['mkdir'])
  await run(['-xf', 'one.bundle', '-C', folder], ['tar'])
  const gate = await startGate(t, { data: stores.far, flags: ['--offline', '--upstream', 'off', '--sumdb', 'sum.golang.org'] }) // prettier-ignore
  for (const proxy of [pathToFileURL(folder).href, gate.url]) {
    const client = await goClient(t, { toolchain, proxy, sumdb: 'sum.golang.org', files: program })
    // Nobody answers there: whoever is asked over the network fails the build.
    const nobody = 'http://127.0.0.1:1'
    const built = await client.run(['build', '-mod=mod', '-o', 'app', '.'], { HTTPS_PROXY: nobody })
    assert.equal(built.code, 0, built.stderr)
    const app = await ownProcess(t, [join(client.directory, 'app')], { cwd: client.directory, env: {} }).ended
    assert.equal(app.stderr, 'a = 1\ntrue')
  }
})
