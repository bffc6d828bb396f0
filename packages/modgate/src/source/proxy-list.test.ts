import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseProxyList } from '@modgate/gomod/goenv'
import type { ModuleRequest } from '@modgate/gomod/proxy'
import { readAll } from '../core/body.ts'
import type { Context } from '../core/context.ts'
import { proxyList } from './proxy-list.ts'
import { failsWith, h1Server, testPeer } from './test-peers.ts'

const context: Context = {
  id: 'x',
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false },
  signal: new AbortController().signal,
  cachedOnly: false,
}

const requests: readonly ModuleRequest[] = [
  { kind: 'list', path: 'a.example/m' },
  { kind: 'latest', path: 'a.example/m' },
  { kind: 'query', path: 'a.example/m', query: 'main' },
  { kind: 'info', path: 'a.example/m', version: 'v1.0.0' },
  { kind: 'mod', path: 'a.example/m', version: 'v1.0.0' },
]

for (const request of requests) {
  test(`a ${request.kind} that breaks off leads on behind a pipe, and ends the list behind a comma`, async (t) => {
    const breaking = await h1Server(t, (_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    const whole = await h1Server(t, (_, response) => void response.end('whole'))
    const list = (separator: string) =>
      proxyList(parseProxyList(`${breaking.url.href}${separator}${whole.url.href}`), { peer: testPeer(t) })
    const { body } = await list('|').get(request, context)
    assert.equal(Buffer.from(await readAll(body, 100, () => new Error('too long'))).toString(), 'whole')
    await assert.rejects(list(',').get(request, context), failsWith('upstream-truncated'))
  })
}
