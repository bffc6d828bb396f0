import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { simpleRequests } from './simple-request.ts'

const head = (...lines: string[]) => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')

test('a request of the go command is read whole', () => {
  const bytes = head(
    'GET /a.example/m/@v/list HTTP/1.1',
    'Host: gate:8642',
    'User-Agent: Go-http-client/1.1',
    'Accept-Encoding: gzip',
  )
  const request = simpleRequests()(bytes)
  assert.equal(request?.method, 'GET')
  assert.equal(request.target, '/a.example/m/@v/list')
  assert.equal(request.headers.get('accept-encoding'), 'gzip')
  assert.equal(request.length, bytes.byteLength)
})

test('of two requests in one piece the first is read, and its length says where the next begins', () => {
  const first = head('GET /a HTTP/1.1', 'Host: x')
  const second = head('HEAD /b HTTP/1.1', 'Host: x')
  const read = simpleRequests()
  const all = Buffer.concat([first, second])
  assert.equal(read(all)?.length, first.byteLength)
  assert.equal(read(all.subarray(first.byteLength))?.target, '/b')
})

const rows: readonly (readonly [claim: string, ...lines: string[]])[] = [
  ['a body', 'GET / HTTP/1.1', 'Host: x', 'Content-Length: 5'],
  ['chunks', 'GET / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked'],
  ['chunks under another spelling', 'GET / HTTP/1.1', 'Host: x', 'TRANSFER-encoding: chunked'],
  ['an upgrade', 'GET / HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: h2c'],
  ['a connection to be closed', 'GET / HTTP/1.1', 'Host: x', 'Connection: close'],
  ['an expectation', 'GET / HTTP/1.1', 'Host: x', 'Expect: 100-continue'],
  ['two hosts', 'GET / HTTP/1.1', 'Host: x', 'Host: y'],
  ['no host', 'GET / HTTP/1.1', 'Accept: */*'],
  ['a header twice', 'GET / HTTP/1.1', 'Host: x', 'X-A: 1', 'x-a: 2'],
  ['a folded header', 'GET / HTTP/1.1', 'Host: x', 'X-A: 1', ' 2'],
  ['a space before the colon', 'GET / HTTP/1.1', 'Host: x', 'X-A : 1'],
  ['a control character', 'GET / HTTP/1.1', 'Host: x', 'X-A: a\u0000b'],
  ['a bare line feed', 'GET / HTTP/1.1', 'Host: x\nX-A: b'],
  ['HTTP/1.0', 'GET / HTTP/1.0', 'Host: x'],
  ['another method', 'POST / HTTP/1.1', 'Host: x'],
  ['a method in small letters', 'get / HTTP/1.1', 'Host: x'],
  ['an absolute URL', 'GET http://x/ HTTP/1.1', 'Host: x'],
  ['a space in the target', 'GET /a b HTTP/1.1', 'Host: x'],
  ['a byte beyond ASCII in the target', 'GET /\u00e4 HTTP/1.1', 'Host: x'],
  ['a head of more than 8 KiB', 'GET / HTTP/1.1', 'Host: x', `X-A: ${'a'.repeat(9000)}`],
]
for (const [claim, ...lines] of rows) {
  test(`${claim} is left to node:http`, () => assert.equal(simpleRequests()(head(...lines)), undefined))
}

test('a head that is not whole is left to node:http, wherever it ends', () => {
  const bytes = head('GET /a HTTP/1.1', 'Host: x')
  for (let end = 0; end < bytes.byteLength; end++) assert.equal(simpleRequests()(bytes.subarray(0, end)), undefined)
})

test('whatever comes, reading throws nothing and takes no more than there is', () => {
  const read = simpleRequests()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (noise, begun) => {
      const bytes = begun
        ? Buffer.concat([Buffer.from('GET /a HTTP/1.1\r\nHost: x\r\n'), noise, Buffer.from('\r\n\r\n')])
        : Buffer.from(noise)
      const request = read(bytes)
      return request === undefined || (request.length <= bytes.byteLength && request.target.startsWith('/'))
    }),
    { numRuns: 2000 },
  )
})
