import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { exchangeBytes, kept, testGate } from './test-gate.ts'

const zip = '/a.example/m/@v/v1.0.0.zip'

const malformed: readonly [name: string, request: string, answer: RegExp][] = [
  ['no HTTP at all', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a NUL in the target', 'GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['a space before the colon', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['no host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
  ['two lengths', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', /^HTTP\/1\.1 400 /],
  [
    'a length and chunks',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n',
    /^HTTP\/1\.1 400 (?![^]*HTTP\/1\.1 200)/,
  ],
  ['headers without end', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ['a target without end', `GET /${'y'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 4(31|14|00) /],
]

for (const [name, request, answer] of malformed) {
  test(`${name} is refused, and the connection ends`, async (t) => {
    const { port } = await testGate(t, () => kept('whole'))
    assert.match(await exchangeBytes(port, request), answer)
    const again = `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${request}`
    assert.match(await exchangeBytes(port, again), /^HTTP\/1\.1 200 /)
  })
}

test('a body that is smuggled behind a GET is not taken for a request', async (t) => {
  const { port } = await testGate(t, () => kept('whole'))
  const inner = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'
  const outer = `GET ${zip} HTTP/1.1\r\nHost: x\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`
  const text = await exchangeBytes(port, `${outer}GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
  assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 2)
  assert.match(text, /whole[^]*ok\n$/)
})

test('what is no request, sent behind a request, does not get into the answer that is under way', async (t) => {
  const { port } = await testGate(t, () =>
    kept({
      size: 20,
      async *read() {
        for (let i = 0; i < 4; i++) {
          yield Buffer.from('whole')
          await sleep(20)
        }
      },
    }),
  )
  const text = await exchangeBytes(port, `GET ${zip} HTTP/1.1\r\nHost: x\r\n\r\n\u0001\u0002\r\n\r\n`)
  assert.doesNotMatch(text.slice(text.indexOf('\r\n\r\n')), /HTTP\/1\.1 400[^]*whole|whole[^]*HTTP.*whole/)
})
