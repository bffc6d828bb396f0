import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxiedHosts } from './proxied-hosts.ts'

const rows: readonly (readonly [noProxy: string, isProxied: boolean])[] = [
  ['', true],
  ['other.example', true],
  ['t.corp.example', true],
  ['git.corp.example', false],
  ['other.example, .corp.example', false],
  ['*.corp.example:443', false],
  ['CORP.example', false],
  ['*', false],
]

for (const [noProxy, isProxied] of rows) {
  test(`with NO_PROXY=${noProxy} a proxy ${isProxied ? 'connects' : 'does not connect'} to git.corp.example`, () => {
    const environment = { HTTPS_PROXY: 'http://proxy.example:3128', NO_PROXY: noProxy }
    assert.equal(proxiedHosts(environment)('git.corp.example'), isProxied)
    assert.equal(proxiedHosts({ no_proxy: noProxy })('git.corp.example'), false)
  })
}
