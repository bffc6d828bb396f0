// The catalogue of known errors against the real go: each failure is made to happen, and the row that is meant has to explain it.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { explainMessage, knownErrorById, knownErrors } from '../packages/modgate/src/inspect/catalogue/index.ts'
import { requireComponent } from './harness/components.ts'
import { knownFailures, scene } from './harness/known-failures/index.ts'

/** What no test waits for, and why. Their samples are from runs by hand, or from the source of the go command. */
const notProduced: Readonly<Record<string, string>> = {
  MG1009: 'takes the 30 seconds that the go command waits for a connection, and a network that drops packets',
  MG1026: 'takes a download of more than 500 MiB',
}

/** What else the go command says on its way; the scanner of logs knows these lines, too. */
const progress = /^(go: (downloading|finding|added|trying) |# get |-> unzip )/

describe('the real go', { concurrency: 2 }, () => {
  for (const { id, values = {}, make } of knownFailures) {
    test(`says what ${id} knows: ${knownErrorById(id)?.title}`, async (t) => {
      const toolchain = await requireComponent(t, 'go')
      if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return
      const here = await scene(t, toolchain)
      const { stderr } = await make(here)
      const lines = stderr.split('\n').filter((line) => !progress.test(line))
      const explained = explainMessage(lines.join('\n').trim())
      assert.equal(explained?.error.id, id, stderr)
      for (const [name, value] of Object.entries(values)) {
        assert.equal(explained.values[name], value.replace('{proxy}', here.upstream.url), `${name} in ${stderr}`)
      }
    })
  }
})

test('every row is produced by the real go, or it is said why not', () => {
  const produced = new Set(knownFailures.map(({ id }) => id))
  const others = knownErrors.map(({ id }) => id).filter((id) => !produced.has(id))
  assert.deepEqual(others.sort(), Object.keys(notProduced).sort())
})

test('what is not produced is known by its sample', () => {
  for (const id of Object.keys(notProduced)) {
    const { sample = '' } = knownErrorById(id) ?? {}
    assert.equal(explainMessage(sample)?.error.id, id, sample)
  }
})
