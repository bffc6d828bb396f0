// The whole way with real modules: the machine's own upstream and checksum database behind the gate, then no network at all.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { requireComponent } from './harness/components.ts'
import { machineGoSettings } from '../tools/components/index.ts'
import { startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'

/** Cobra and pflag, which little of the standard library has to be compiled for. */
const program = {
  'go.mod': 'module main.example\n\ngo 1.20\n\nrequire github.com/spf13/cobra v1.8.1\n',
  'main.go': `package main

import "github.com/spf13/cobra"

func main() { println((&cobra.Command{Use: "hello [flags]"}).Name()) }
`,
}

test('a program on cobra builds from nothing through the gate, and once more offline on a new machine', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  const upstream = await requireComponent(t, 'upstream')
  if (toolchain === undefined || upstream === undefined) return
  // The gate finds its upstream as a user's gate does: in the environment that Go's settings come from.
  const env = await machineGoSettings()
  const online = await startGate(t, { env })
  const client = { toolchain, proxy: online.url, sumdb: 'sum.golang.org', files: program }
  const go = await goClient(t, client)
  const cold = await go.run(['build', '-mod=mod', '-o', 'app', '.'])
  assert.equal(cold.code, 0, cold.stderr)
  await online.stop()

  const offline = await startGate(t, { env, data: online.data, flags: ['--offline'] })
  const stranger = await goClient(t, { ...client, proxy: offline.url })
  const again = await stranger.run(['build', '-mod=mod', '-o', 'app', '.'])
  assert.equal(again.code, 0, again.stderr)
  const app = await ownProcess(t, [join(stranger.directory, 'app')], { cwd: stranger.directory, env: {} }).ended
  assert.equal(app.stderr, 'hello\n')
})
