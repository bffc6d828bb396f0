// Requests that no go command sends, byte by byte: each is refused, none reaches the upstream, and the gate goes on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startGate } from './harness/gate.ts'
import { corpusUpstream } from './harness/upstream.ts'
import { exchange } from './harness/wire.ts'

const long = 'a'.repeat(100_000)

/** What stands between GET and HTTP/1.1, or a whole request where it begins with a method. */
const rows: readonly (readonly [claim: string, target: string])[] = [
  ['a path that climbs', '/hello.example/../../etc/passwd/@v/v1.0.0.mod'],
  ['a path that climbs, encoded', '/hello.example/%2e%2e/%2e%2e/etc/passwd/@v/v1.0.0.mod'],
  ['an encoded slash', '/hello.example%2fhello/@v/v1.0.0.mod'],
  ['two dots as version', '/hello.example/hello/@v/...mod'],
  ['a version that climbs', '/hello.example/hello/@v/..%2f..%2fv1.0.0.mod'],
  ['a capital letter that is not escaped', '/hello.example/Hello/@v/v1.0.0.mod'],
  ['a wrong escape', '/hello.example/!Hello/@v/v1.0.0.mod'],
  ['an escape at the end', '/hello.example/hello!/@v/v1.0.0.mod'],
  ['a percent sign without digits', '/hello.example/%zz/@v/v1.0.0.mod'],
  ['bytes that are no UTF-8', '/hello.example/%ff%fe/@v/v1.0.0.mod'],
  ['a NUL', '/hello.example/hello%00/@v/v1.0.0.mod'],
  ['a line break in the path', '/hello.example/hello%0d%0aX:%20y/@v/v1.0.0.mod'],
  ['a backslash', '/hello.example\\hello/@v/v1.0.0.mod'],
  ['an empty element', '/hello.example//hello/@v/v1.0.0.mod'],
  ['a version that is not canonical', '/hello.example/hello/@v/v1.0.mod'],
  ['a zip of a branch', '/hello.example/hello/@v/main.zip'],
  ['a path of 100 KB', `/${long}.example/@v/v1.0.0.mod`],
  ['an absolute URL of another host', 'http://169.254.169.254/hello.example/x/@v/..mod'],
  ['a lookup that climbs', '/sumdb/sumdb.example/lookup/../../etc/passwd@v1.0.0'],
  ['a tile that is none', '/sumdb/sumdb.example/tile/8/0/../../x'],
  ['a tile of absurd height', '/sumdb/sumdb.example/tile/99/0/000'],
  ['another checksum database', '/sumdb/other.example/lookup/hello.example/hello@v1.0.0'],
  ['a method of another protocol', 'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a length and chunks, the other way round',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n',
  ],
  ['a length that is no number', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello'],
  ['a length with a list', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 5\r\n\r\nhello'],
  [
    'an encoding of the body that nobody knows',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'a chunk with a size that is none',
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n',
  ],
  ['a folded header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: b\r\n Content-Length: 5\r\n\r\n'],
  ['a space before the colon of a header', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello'],
  ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: b\u0000c\r\n\r\n'],
  ['a NUL in the target', 'GET /hello.example\u0000/@v/list HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
  ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
  ['a thousand headers', `GET / HTTP/1.1\r\nHost: x\r\n${'X-A: bbbbbbbbbbbbbbbb\r\n'.repeat(1000)}\r\n`],
  ['a version of HTTP that is none', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
  ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${long}\r\n\r\n`],
  ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n'],
]

test('abuse is refused at the door', async (t) => {
  const upstream = await corpusUpstream(t)
  const gate = await startGate(t, { flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key] })
  const port = Number(new URL(gate.url).port)
  for (const [claim, target] of rows) {
    await t.test(claim, async () => {
      upstream.forget()
      const request = /^[/h]/.test(target)
        ? `GET ${target} HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n`
        : target
      const answer = await exchange(port, request)
      // A connection that is closed without a word is an answer, too.
      assert.match(answer, /^(HTTP\/1\.1 4\d\d |$)/)
      assert.doesNotMatch(answer, /at .*\.ts:\d+|root:/)
      assert.equal(upstream.requests.length, 0)
      assert.equal((await fetch(`${gate.url}/healthz`)).status, 200)
    })
  }
})
