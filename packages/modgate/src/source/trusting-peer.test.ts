import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { testCertificate } from '../core/test-certificate.ts'
import { failsWith, never, testPeer } from './test-peers.ts'
import { trustingPeer } from './trusting-peer.ts'

/** A server whose authority only itself knows. */
async function ownAuthority(t: TestContext) {
  const { cert, key } = testCertificate()
  const server = createServer({ cert, key }, (_, response) => response.end('hello')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return { cert, url: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`) }
}

test('an authority of the machine is trusted, and asked for when it is met', async (t) => {
  const { cert, url } = await ownAuthority(t)
  let asked = 0
  const peer = trustingPeer({
    make: (authorities) => testPeer(t, {}, [], authorities ? { authorities } : {}),
    authorities: async () => {
      asked++
      return [cert]
    },
  })
  await assert.rejects(peer.get(new URL('http://127.0.0.1:1/'), never), failsWith('upstream-unreachable'))
  assert.equal(asked, 0)
  const statuses = await Promise.all([1, 2, 3].map(async () => (await peer.get(url, never)).status))
  assert.deepEqual([statuses, asked], [[200, 200, 200], 1])
})

test('whom the machine does not trust either is not trusted', async (t) => {
  const { url } = await ownAuthority(t)
  const peer = trustingPeer({
    make: (authorities) => testPeer(t, {}, [], authorities ? { authorities } : {}),
    authorities: async () => [],
  })
  await assert.rejects(peer.get(url, never), failsWith('upstream-unreachable'))
})
