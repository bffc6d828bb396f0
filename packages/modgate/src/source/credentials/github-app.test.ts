import assert from 'node:assert/strict'
import { createVerify, generateKeyPairSync } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { failsWith, h1Server, never, testPeer } from '../test-peers.ts'
import { basic } from './credentials.ts'
import { githubApp } from './github-app.ts'
import { parsePlace } from '../../core/place.ts'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = pair.privateKey.export({ type: 'pkcs1', format: 'pem' })
const url = new URL('https://github.com/acme/lib')
const now = Date.parse('2026-11-28T12:00:00Z')

async function app(t: TestContext, answer: (count: number) => readonly [status: number, body: string], key = pem) {
  const clock = { time: now, now: () => clock.time }
  let count = 0
  const server = await h1Server(t, (_request, response) => {
    const [status, body] = answer(++count)
    response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end(body)
  })
  const source = githubApp(
    {
      place: parsePlace('github.com/acme'),
      api: new URL('/api/v3', server.url),
      app: '42',
      installation: '7',
      keyFile: '/key',
    },
    { peer: testPeer(t), clock, readFile: async () => key },
  )
  return { server, clock, source }
}

const granted = (token: string, expires = '2026-11-28T13:00:00Z') => JSON.stringify({ token, expires_at: expires })

test('an app proves who it is with its key, and git uses the token that it gets', async (t) => {
  const { server, source } = await app(t, () => [201, granted('ghs_one')])
  assert.equal(await source(url, never), basic('x-access-token', 'ghs_one'))
  assert.deepEqual(server.asked, ['POST /api/v3/app/installations/7/access_tokens'])
  const [head = '', claims = '', signature = ''] = server.authorizations[0]!.replace('Bearer ', '').split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown
  assert.deepEqual(read(head), { alg: 'RS256', typ: 'JWT' })
  assert.deepEqual(read(claims), { iat: now / 1000 - 60, exp: now / 1000 + 480, iss: '42' })
  const verifier = createVerify('sha256').update(`${head}.${claims}`)
  assert.ok(verifier.verify(pair.publicKey, Buffer.from(signature, 'base64url')))
})

test('a token is asked for once, used until five minutes before its end, and for its account alone', async (t) => {
  const { server, clock, source } = await app(t, (count) => [201, granted(`ghs_${count}`)])
  assert.equal(await source(new URL('https://github.com/other/lib'), never), undefined)
  await Promise.all([source(url, never), source(url, never)])
  clock.time = now + 55 * 60_000
  assert.equal(await source(url, never), basic('x-access-token', 'ghs_1'))
  clock.time++
  assert.equal(await source(url, never), basic('x-access-token', 'ghs_2'))
  assert.equal(server.asked.length, 2)
})

const failures: readonly (readonly [what: string, status: number, body: string, words: RegExp])[] = [
  ['a refusal', 401, '{"message":"secret"}', /answered 401/],
  ['a redirect, which is not followed', 302, granted('x'), /answered 302/],
  ['a failure, which is not asked again', 502, '', /answered 502/],
  ['an answer without a token', 201, '{}', /no token in it/],
  ['an answer without an end', 201, '{"token":"secret"}', /no token in it/],
  ['a token that would be another header', 201, granted('secret\r\nX: y'), /no token in it/],
  ['a page', 201, '<html>secret', /no token in it/],
  ['an endless answer', 201, ' '.repeat(100_000), /too long/],
]

for (const [what, status, body, words] of failures) {
  test(`the exchange fails with ${what}, and nothing of the answer is shown`, async (t) => {
    const { server, source } = await app(t, () => [status, body])
    const failure = await source(url, never).catch((error: unknown) => error)
    assert.ok(failsWith('credentials-unusable', words)(failure), String(failure))
    assert.doesNotMatch(String((failure as Error).stack), /secret|Bearer|eyJ/)
    assert.equal(server.asked.length, 1)
  })
}

test('a key that is none is named by its file, and not shown', async (t) => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  for (const key of ['secret', elliptic.export({ type: 'pkcs8', format: 'pem' }), pem.slice(0, 400)]) {
    const { server, source } = await app(t, () => [201, granted('x')], key)
    const failure = await source(url, never).catch((error: unknown) => error)
    assert.ok(failsWith('credentials-unusable', /\/key: the file is no RSA private key/)(failure), String(failure))
    assert.ok(!String((failure as Error).stack).includes(key.slice(40, 80)) || key === 'secret')
    assert.equal(server.asked.length, 0)
  }
})
