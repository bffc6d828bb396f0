import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKey } from '@modgate/gomod/note'
import { goText } from '../core/failure-text.ts'
import { Failure } from '../core/failure.ts'
import { memoryCheckpoints } from '../store/memory-store.ts'
import { database } from './database.ts'
import { testContext } from './test-gate.ts'
import { databaseKeys, databaseName, testClock } from './test-world.ts'

/** What a client reads that asks a public database about a private module, and whom the report names. */
async function refusal(ownKey: string | undefined, path: string) {
  const clients: (string | undefined)[] = []
  const asked: string[] = []
  const source = database({
    name: databaseName,
    key: databaseKeys.verifier,
    remote: {
      read: async (name) => {
        asked.push(name)
        throw new Error('asked')
      },
    },
    checkpoints: memoryCheckpoints(testClock()),
    clock: testClock(),
    private: 'corp.example,'.repeat(40),
    offline: false,
    ...(ownKey === undefined ? {} : { ownKey }),
    report: {
      lookup: () => undefined,
      leak: (_request, client) => clients.push(client),
      log: () => undefined,
      attack: () => undefined,
    },
  })
  const resource = { kind: 'lookup', path, version: 'v1.0.0' } as const
  const failure = await source
    .get({ kind: 'sumdb', name: databaseName, resource }, testContext({ client: '192.0.2.7' }))
    .then(
      () => assert.fail('it was answered'),
      (error: unknown) => error as Failure,
    )
  assert.equal(failure.code, 'private-at-database')
  assert.deepEqual([clients, asked], [['192.0.2.7'], []])
  return goText(failure, 'r'.repeat(128))
}

const short = generateKey('gate.example').verifier
const longest = generateKey(`gate.example/${'e'.repeat(115)}`).verifier
const rows: readonly (readonly [what: string, key: string | undefined, next: string])[] = [
  ['has a log', short, `next: go env -w GOSUMDB=${short} GOPRIVATE= GONOSUMDB=\n`],
  ['has a log of the longest name', longest, `next: GOSUMDB=${longest}\n`],
  ['has none', undefined, 'next: set GONOSUMDB (or GOPRIVATE with GONOPROXY=none) for this path on the client\n'],
]

for (const [what, key, next] of rows) {
  test(`where the gate ${what}, a private name at a public database is refused with the whole line to paste`, async () => {
    for (const path of ['corp.example/x', `corp.example/${'long/'.repeat(90)}x`]) {
      const text = await refusal(key, path)
      assert.ok(text.includes(next), text)
      const lines = text.trimEnd().split('\n')
      // The go command counts a tab more for each line behind the first.
      assert.ok(lines.length <= 8 && Buffer.byteLength(text) + lines.length - 1 <= 648, text)
    }
  })
}
