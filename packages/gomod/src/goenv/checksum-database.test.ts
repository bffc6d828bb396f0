import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEd25519VerifierKey } from '../note/index.ts'
import { KNOWN_DATABASES, parseSumdb } from './checksum-database.ts'

const PUBLIC = KNOWN_DATABASES.get('sum.golang.org')!
const keyOf = (name: string) => newEd25519VerifierKey(name, new Uint8Array(32).fill(7))

test('a database is named by a known name or by its verifier key', () => {
  assert.deepEqual(parseSumdb('off'), { kind: 'off' })
  assert.deepEqual(parseSumdb('sum.golang.org'), { kind: 'database', name: 'sum.golang.org', key: PUBLIC })
  assert.deepEqual(parseSumdb(PUBLIC), { kind: 'database', name: 'sum.golang.org', key: PUBLIC })
  assert.deepEqual(parseSumdb('sum.golang.google.cn'), {
    ...{ kind: 'database', name: 'sum.golang.org', key: PUBLIC },
    url: 'https://sum.golang.google.cn',
  })
  for (const name of ['gate.example', 'gate.example/e1', 'gate.example:8443/e1']) {
    const key = keyOf(name)
    assert.deepEqual(parseSumdb(key), { kind: 'database', name, key })
    const url = 'https://mirror.example/x'
    assert.deepEqual(parseSumdb(` ${key}\t ${url} `), { kind: 'database', name, key, url })
  }
})

test('what the go command refuses is refused in its words', () => {
  const rows: readonly [value: string, message: string][] = [
    ['', 'missing GOSUMDB'],
    [' ', 'missing GOSUMDB'],
    ['a b c', 'invalid GOSUMDB: too many fields'],
    ['nosuch.example', 'invalid GOSUMDB: malformed verifier id'],
    ['OFF', 'invalid GOSUMDB: malformed verifier id'],
    [' off', 'invalid GOSUMDB: malformed verifier id'],
    ['sum.golang.org+https://mirror.example', 'invalid GOSUMDB: malformed verifier id'],
    [PUBLIC.slice(0, -4), 'invalid GOSUMDB: invalid verifier hash'],
    [PUBLIC.replace('+033de0ae+', '+133de0ae+'), 'invalid GOSUMDB: invalid verifier hash'],
    ['sum.golang.org https://h:bad', 'invalid GOSUMDB URL: parse "https://h:bad": invalid port ":bad" after host'],
    ...['gate.example/', 'gate.example?x', 'user@gate.example', '/x', 'gate.example/%2e', 'gate.example/a#b'].map(
      (name): [string, string] => [keyOf(name), `invalid sumdb name (must be host[/path]): ${name}`],
    ),
  ]
  for (const [value, message] of rows) {
    assert.throws(() => parseSumdb(value), { name: 'SettingError', setting: 'GOSUMDB', message }, value)
  }
})
