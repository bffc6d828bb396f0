// Tokens: who may see what, with the real go over TLS, netrc and GOAUTH.
import assert from 'node:assert/strict'
import { chmod, readFile, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import { modgate, startGate, type Gate } from './harness/gate.ts'
import { goClient, type GoClient } from './harness/go-client.ts'
import { ownProcess } from './harness/process.ts'
import { temporaryDirectory } from './harness/temporary.ts'
import { corpusUpstream } from './harness/upstream.ts'

const secret = 'private.example/team/secret'

interface World {
  readonly gate: Gate & { readonly ca: string }
  readonly client: () => Promise<GoClient>
  readonly token: (...args: readonly string[]) => Promise<string>
}

async function world(t: TestContext, access: string): Promise<World | undefined> {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return undefined
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t)
  const data = await temporaryDirectory(t)
  const command = async (...args: readonly string[]) => {
    const env = { PATH: '/usr/bin:/bin', HOME: data }
    const ended = await ownProcess(t, [...modgate, ...args, '--data', data], { cwd: data, env }).ended
    assert.equal(ended.code, 0, ended.stderr)
    return ended.stdout.trim()
  }
  const gate = await startGate(t, {
    data,
    flags: [
      ...['--upstream', upstream.url, '--sumdb', upstream.database.key, '--log-name', 'gate.test', '--access', access],
      ...['--private', 'private.example', '--route', `private.example=${upstream.url}`],
      ...['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile],
    ],
    ca: certificate.cert,
  })
  const sumdb = await command('log', 'key')
  const client = async () => {
    const made = await goClient(t, { toolchain, proxy: gate.url, sumdb })
    Object.assign(made.env, { SSL_CERT_FILE: certificate.certFile })
    return made
  }
  return { gate: { ...gate, ca: certificate.cert }, client, token: (...args) => command('token', ...args) }
}

async function withNetrc(client: GoClient, gate: Gate, token: string): Promise<void> {
  const netrc = join(client.directory, 'netrc')
  await writeFile(netrc, `machine ${new URL(gate.url).host} login anybody password ${token}\n`)
  await chmod(netrc, 0o600)
  client.env['NETRC'] = netrc
}

const download = (client: GoClient, module: string) => client.run(['mod', 'download', `${module}@v1.0.0`])

test('with --access private a stranger gets public modules, and a private one only with a token that covers it', async (t) => {
  const made = await world(t, 'private')
  if (!made) return
  const { gate, token } = made
  const stranger = await made.client()
  assert.equal((await download(stranger, 'hello.example/hello')).code, 0)
  const refused = await download(stranger, secret)
  assert.equal(refused.code, 1)
  assert.match(refused.stdout + refused.stderr, /404 Not Found[^]*no such module or version is there for this caller/)

  const owner = await made.client()
  await withNetrc(owner, gate, await token('add', 'team', '--patterns', 'private.example/team'))
  await eventually(async () => (await download(owner, secret)).code === 0)
  assert.match(
    await readFile(join(owner.env['GOMODCACHE']!, 'cache/download/private.example/team/secret/@v/v1.0.0.info'), 'utf8'),
    /v1\.0\.0/,
  )

  const other = await made.client()
  await withNetrc(other, gate, await token('add', 'other', '--patterns', 'private.example/other'))
  await eventually(async () => (await download(other, 'hello.example/hello')).code === 0)
  const invisible = await download(other, secret)
  const face = (path: string, header: Record<string, string> = {}) => statusOf(gate, path, header)
  assert.equal(await face('/checkpoint'), 200)
  assert.equal(await face('/tile/entries/000.p/1'), 401, 'entries name every module')
  const bearer = { authorization: `Bearer ${await token('add', 'auditor')}` }
  await eventually(async () => (await face('/tile/entries/000.p/1', bearer)) === 200)
  const answer = await answerOf(gate, '/hello.example/hello/@v/v1.0.0.mod')
  assert.equal(answer.headers['cache-control'], 'no-store', 'no cache between may answer for another caller')
  assert.equal(answer.headers.vary, 'accept-encoding, authorization')
  assert.doesNotMatch((await answerOf(gate, '/metrics')).text, /private\.example/)
  assert.doesNotMatch((await answerOf(gate, '/')).text, new RegExp(gate.data))
  const words = (said: string) => said.replaceAll(/request \S+/g, 'request')
  assert.equal(words(invisible.stderr), words(refused.stderr), 'kept by the gate or not, it answers alike')
})

test('with --access all nobody comes in without a token; GOAUTH brings one, and a revoked one is refused', async (t) => {
  const made = await world(t, 'all')
  if (!made) return
  const { gate, token } = made
  const stranger = await made.client()
  const refused = await download(stranger, 'hello.example/hello')
  assert.match(refused.stdout + refused.stderr, /401 Unauthorized[^]*token-wanted/)

  const client = await made.client()
  const secretToken = await token('add', 'ci')
  const helper = join(client.directory, 'auth.sh')
  await writeFile(helper, `#!/bin/sh\nprintf '%s\\n\\nAuthorization: Bearer %s\\n\\n' '${gate.url}' '${secretToken}'\n`)
  await chmod(helper, 0o700)
  client.env['GOAUTH'] = helper
  await eventually(async () => (await download(client, secret)).code === 0)

  await token('revoke', 'ci')
  await eventually(async () => {
    await client.forget()
    return /token-refused/.test((await download(client, 'hello.example/hello')).stderr)
  })
})

type SecureGate = Gate & { readonly ca: string }

async function statusOf(gate: SecureGate, path: string, headers: Record<string, string>): Promise<number> {
  return (await answerOf(gate, path, headers)).status
}

async function answerOf({ url, ca }: SecureGate, path: string, headers: Record<string, string> = {}) {
  const asked = get(`${url}${path}`, { agent: false, ca, headers })
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
}

/** The gate sees a changed file of tokens within two seconds; a slow machine may take longer. */
async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; attempt < 40; attempt++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  assert.fail('it did not come to hold')
}
