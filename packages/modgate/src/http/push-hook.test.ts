import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Agent, request as ask } from 'undici'
import { testCertificate } from '../core/test-certificate.ts'
import { Failure } from '../core/failure.ts'
import { testClock } from '../gateway/test-world.ts'
import type { RefreshOrigin } from '../gateway/origin-refresh.ts'
import { pushHook, type HookReport } from './push-hook.ts'
import { absent, exchangeBytes, testGate } from './test-gate.ts'

const secret = 'a secret of the code host'
const known = 'code.example/team/lib'
const payload = JSON.stringify({
  repository: { clone_url: `https://${known}.git`, ssh_url: `git@code.example:team/lib.git` },
})
const signature = (body: string, by = secret) => `sha256=${createHmac('sha256', by).update(body).digest('hex')}`

async function gateWith(t: TestContext, refresh?: RefreshOrigin, more: Parameters<typeof testGate>[2] = {}) {
  const asked: string[] = []
  const reports: HookReport[] = []
  const clock = testClock()
  const answers: RefreshOrigin =
    refresh ??
    (async (repository) => {
      asked.push(repository)
      if (repository !== known) return undefined
      const answers = [{ answer: 'list', changed: true, before: '1 version', now: '2 versions' }]
      return { repository, modules: [{ module: known, answers }] }
    })
  const hook = pushHook({
    secrets: async () => [secret],
    refresh: answers,
    clock,
    report: (each) => reports.push(each),
  })
  const gate = await testGate(t, absent, { pushHook: hook, ...more })
  const dispatcher = new Agent({ allowH2: more.tls !== undefined, connect: { rejectUnauthorized: false } })
  t.after(() => dispatcher.close())
  const post = async (body: string, headers: Record<string, string> = { 'x-hub-signature-256': signature(body) }) => {
    const answer = await ask(`${gate.url}/hooks/push`, { method: 'POST', body, headers, dispatcher })
    return { status: answer.statusCode, text: await answer.body.text(), headers: answer.headers }
  }
  return { gate, post, asked, reports, clock }
}

test('a signed hook refreshes its repository once, and says in words what changed', async (t) => {
  const { post, asked, reports } = await gateWith(t)
  const { status, text } = await post(payload)
  assert.equal(status, 200)
  assert.equal(text, `${known}: refreshed, 1 module\n  ${known} list: 2 versions (was 1 version)\n`)
  assert.deepEqual(asked, [known])
  assert.deepEqual(reports, [{ result: 'refreshed', repository: known, modules: 1 }])
})

test('over HTTP/2, and more than once: a hook that is sent again does no harm', async (t) => {
  const { post } = await gateWith(t, undefined, { tls: testCertificate() })
  assert.equal((await post(payload)).status, 200)
  assert.equal((await post(payload)).status, 200)
})

const refused: readonly (readonly [claim: string, headers: Record<string, string>])[] = [
  ['no signature', {}],
  ['a wrong signature', { 'x-hub-signature-256': signature(payload, 'another secret') }],
  ['the signature of another body', { 'x-hub-signature-256': signature('{}') }],
  ['a wrong token', { 'x-gitlab-token': 'nope' }],
]
for (const [claim, headers] of refused) {
  test(`${claim}: 401, and nothing is refreshed`, async (t) => {
    const { post, asked, reports } = await gateWith(t)
    const { status, text } = await post(payload, headers)
    assert.equal(status, 401)
    assert.match(text, /hook-unsigned/)
    assert.ok(!text.includes(secret))
    assert.deepEqual([asked, reports.map(({ result }) => result)], [[], ['hook-unsigned']])
  })
}

test('a repository that nobody knows, and a hook that names none, are no errors', async (t) => {
  const { post, reports } = await gateWith(t)
  const stranger = JSON.stringify({ repository: { clone_url: 'https://evil.example/x.git' } })
  assert.deepEqual(await post(stranger).then(({ status, text }) => [status, text]), [
    200,
    'nothing came from evil.example/x so far: there is nothing to refresh\n',
  ])
  assert.match((await post('{"zen":"hm"}')).text, /^the hook names no repository/)
  assert.deepEqual(reports, [{ result: 'unknown', repository: 'evil.example/x' }, { result: 'unknown' }])
})

test('a refresh that takes long is answered with 202, and how it ends is counted', async (t) => {
  const { promise, reject } = Promise.withResolvers<undefined>()
  const begun = Promise.withResolvers<undefined>()
  const { post, clock, reports } = await gateWith(t, async () => {
    begun.resolve(undefined)
    return promise
  })
  const posted = post(payload)
  await begun.promise
  // The hook sleeps right after it has begun.
  await new Promise(setImmediate)
  clock.move(5_000)
  assert.deepEqual(await posted.then(({ status, text }) => [status, text]), [
    202,
    `${known}: the refresh is under way\n`,
  ])
  assert.deepEqual(reports, [])
  reject(new Failure('origin-timeout', { asked: known, who: 'git', why: 'too slow' }))
  await new Promise(setImmediate)
  assert.deepEqual(reports, [{ result: 'origin-timeout' }])
})

test('a repository that cannot be read is said to be so', async (t) => {
  const { post, reports } = await gateWith(t, async () => {
    throw new Failure('origin-unreachable', { asked: known, who: 'git', why: 'no route' })
  })
  const { status, text } = await post(payload)
  assert.equal(status, 502)
  assert.match(text, /origin-unreachable/)
  assert.deepEqual(reports, [{ result: 'origin-unreachable' }])
})

test('one secret may send so many hooks, and then has to wait', async (t) => {
  const { post, clock, asked } = await gateWith(t)
  for (let i = 0; i < 120; i++) assert.equal((await post('{}')).status, 200)
  const { status, headers } = await post(payload)
  assert.deepEqual([status, headers['retry-after']], [429, '1'])
  assert.deepEqual(asked, [])
  clock.move(1_000)
  assert.equal((await post(payload)).status, 200)
})

test('a body of more than 1 MiB is refused, whether its length was said before or not', async (t) => {
  const { post, gate } = await gateWith(t)
  const large = 'x'.repeat((1 << 20) + 1)
  assert.equal((await post(large)).status, 400)
  const chunk = `${(1 << 19).toString(16)}\r\n${'x'.repeat(1 << 19)}\r\n`
  const head =
    'POST /hooks/push HTTP/1.1\r\nhost: a\r\nconnection: close\r\nx-gitlab-token: a\r\ntransfer-encoding: chunked\r\n\r\n'
  const answer = await exchangeBytes(gate.port, `${head}${chunk.repeat(3)}0\r\n\r\n`)
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /larger than 1 MiB/)
})

test('a client that leaves in the middle of its body takes nobody along', async (t) => {
  const { post, gate, reports } = await gateWith(t)
  const socket = connect(gate.port, '127.0.0.1')
  socket.write('POST /hooks/push HTTP/1.1\r\nhost: a\r\nx-gitlab-token: a\r\ncontent-length: 100\r\n\r\nhalf', () =>
    socket.destroy(),
  )
  await new Promise((resolve) => socket.once('close', resolve))
  assert.equal((await post(payload)).status, 200)
  assert.ok(reports.some(({ result }) => result === 'refreshed'))
})

test('GET says what is missing, and without a secret there is no such path', async (t) => {
  const { gate } = await gateWith(t)
  const looked = await ask(`${gate.url}/hooks/push`)
  assert.deepEqual([looked.statusCode, looked.headers['allow']], [405, 'POST'])
  await looked.body.dump()
  const off = await testGate(t, absent)
  for (const method of ['GET', 'POST'] as const) {
    const answer = await ask(`${off.url}/hooks/push`, { method, ...(method === 'POST' ? { body: payload } : {}) })
    assert.equal(answer.statusCode, 404)
    assert.match(await answer.body.text(), /no-such-page/)
  }
})

test('it stands below the base path', async (t) => {
  const { gate } = await gateWith(t, undefined, { basePath: '/go' })
  const headers = { 'x-hub-signature-256': signature(payload) }
  const answer = await ask(`${gate.url}/go/hooks/push`, { method: 'POST', body: payload, headers })
  assert.equal(answer.statusCode, 200)
  await answer.body.dump()
  const elsewhere = await ask(`${gate.url}/hooks/push`, { method: 'POST', body: payload, headers })
  assert.equal(elsewhere.statusCode, 404)
  await elsewhere.body.dump()
})
