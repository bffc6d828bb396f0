// What each setting lets in, by the real go: the table of `modgate audit --prove`.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { thisMachine, type Machine } from '../packages/modgate/src/config/index.ts'
import { systemRunner } from '../packages/modgate/src/core/child-process.ts'
import type { Runner } from '../packages/modgate/src/core/ports.ts'
import { prove, type ProofCell } from '../packages/modgate/src/inspect/audit/proof.ts'
import type { ProofRow } from '../packages/modgate/src/inspect/audit/proof-rows.ts'
import { requireComponent } from './harness/components.ts'

/** As the settings are by name: what becomes of a tampered zip where go.sum has its hash, and where it does not. */
const table: Readonly<Record<string, readonly [withHash: string, withoutHash: string]>> = {
  'nothing set': ['refused by go.sum', 'refused by database'],
  'GONOSUMDB=*': ['refused by go.sum', 'accepted, nobody asked'],
  'GOSUMDB=off': ['refused by go.sum', 'accepted, nobody asked'],
  'GOPRIVATE=proof.example': ['refused by go.sum', 'accepted, nobody asked'],
  'GOPRIVATE=other.example': ['refused by go.sum', 'refused by database'],
  'GOFLAGS=-insecure': ['refused by go.sum', 'refused by database'],
  'GONOSUMCHECK=1': ['refused by go.sum', 'refused by database'],
  'GOINSECURE=*': ['refused by go.sum', 'refused by database'],
  'of a repository': ['refused by go.sum', 'accepted, nobody asked'],
}

const own: ProofRow = {
  name: 'of a repository',
  settings: { GONOSUMDB: 'github.com/Some-Org' },
  module: { path: 'github.com/Some-Org/lib/v3', version: 'v3.1.0-rc.1' },
  own: { place: 'Dockerfile', pinned: false },
}

const cell = ({ verdict, by, reason, databaseAsked }: ProofCell): string => {
  if (verdict === 'accepted') return databaseAsked ? 'accepted' : 'accepted, nobody asked'
  return verdict === 'refused' ? `refused by ${by}` : `failed: ${reason}`
}

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('modgate-prove-'))

function machineWith(path: string): Machine {
  // Nothing that this machine sets may reach the sandbox.
  return { ...thisMachine(), environment: { PATH: path, GOSUMDB: 'off', GOFLAGS: '-nosuch', GOPROXY: 'off' } }
}

test('the real go refuses what go.sum knows under every setting, and lets in what only a switched-off database knew', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (!toolchain) return
  const before = leftovers()
  const signal = new AbortController().signal
  const machine = machineWith(dirname(toolchain.path))
  const proof = await prove({ machine, runner: systemRunner, own: [own], signal })
  assert.match(proof!.goVersion, /^go1\.\d+/)
  assert.deepEqual(
    Object.fromEntries(
      proof!.rows.map(({ name, withHash, withoutHash }) => [name, [cell(withHash), cell(withoutHash)]]),
    ),
    table,
  )
  const { withHash } = proof!.rows[0]!
  assert.match(withHash.reason!, /^verifying proof\.example\/lib@v1\.0\.0: checksum mismatch$/)
  assert.deepEqual(
    leftovers().filter((name) => !before.includes(name)),
    [],
  )
})

test('a proof that is ended early rejects and leaves nothing behind', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (!toolchain) return
  const before = leftovers()
  const ended = new AbortController()
  let runs = 0
  const runner: Runner = {
    run(argv, options) {
      if (++runs === 4) ended.abort(new Error('enough'))
      return systemRunner.run(argv, options)
    },
  }
  const run = prove({ machine: machineWith(dirname(toolchain.path)), runner, own: [], signal: ended.signal })
  await assert.rejects(run, /enough/)
  assert.deepEqual(
    leftovers().filter((name) => !before.includes(name)),
    [],
  )
})

test('without a go command there is no proof', async () => {
  const signal = new AbortController().signal
  assert.equal(await prove({ machine: machineWith('/nowhere'), runner: systemRunner, own: [], signal }), undefined)
})
