import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadServeConfig } from '../config/index.ts'
import { testMachine } from '../config/test-machine.ts'
import { mayBeDirect } from './direct-modules.ts'

const rows: readonly (readonly [path: string, upstream: string, direct: boolean])[] = [
  ['lib.corp.example/m', 'https://p.example', true],
  ['lib.corp.example/proxied/m', 'https://p.example', false],
  ['lib.corp.example/proxied/m', 'direct', false],
  ['lib.corp.example/off/m', 'https://p.example,direct', false],
  ['other.example/own/m', 'https://p.example', true],
  ['other.example/m', 'https://p.example', false],
  ['other.example/m', 'https://p.example,direct', true],
]

for (const [path, upstream, direct] of rows) {
  test(`with upstream ${upstream}, ${path} ${direct ? 'may come' : 'never comes'} from its repository`, async () => {
    const route = ['lib.corp.example/proxied=https://q.example', 'lib.corp.example/off=off', 'other.example/own=direct']
    const given = { upstream, sumdb: 'off', private: '*.corp.example', route }
    const { config } = await loadServeConfig(given, testMachine())
    assert.equal(mayBeDirect(config, path), direct)
  })
}
