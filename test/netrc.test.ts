import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { netrcCredentials } from '../packages/modgate/src/source/credentials/netrc-credentials.ts'
import { Random } from './differential/random.ts'
import { requireComponent } from './harness/components.ts'
import { goClient } from './harness/go-client.ts'
import { connectProxy, oddCertificate } from './harness/known-failures/servers.ts'

const pieces = ['machine a.vanity.example', 'machine b.vanity.example', 'machine b.vanity.example/team', 'machine c.vanity.example:443', 'machine', 'default', 'login', 'login me', 'login you', 'password', 'password one', 'password two', 'account x', 'macdef m', '# note', '#', 'port 443'] // prettier-ignore
const separators = [' ', '\n', '\n  ', '\t', '\r\n', '\n\n', ' ']

/** Mostly what people write, and now and then what nobody should. */
function netrcText(random: Random): string {
  const entry = () => `${random.pick(pieces.slice(0, 4))} ${random.pick(['login me password one', 'password two login you'])}\n`
  if (random.once(2)) return random.some(3, entry).join('')
  return random.some(9, () => random.pick(pieces) + random.pick(separators)).join('')
} // prettier-ignore

const paths = ['a.vanity.example/lib', 'b.vanity.example/lib', 'b.vanity.example/team/lib', 'c.vanity.example/lib']

test('a netrc file sends to each host what the real go sends', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined) return
  const go = await goClient(t, { toolchain, proxy: 'direct', sumdb: 'off' })
  const { asked, certFile, proxy } = await host(t)
  const random = new Random()
  const texts = random.times(40, () => netrcText(random))
  let sent = 0
  for (const [index, text] of texts.entries()) {
    await go.write({ [`netrc${index}`]: text })
    asked.clear()
    await go.run(['list', '-m', '-e', ...paths.map((path) => `${path}@latest`)], {
      HTTPS_PROXY: proxy,
      SSL_CERT_FILE: certFile,
      NETRC: join(go.directory, `netrc${index}`),
    })
    const source = netrcCredentials(async () => text)
    for (const path of paths) {
      const ours = await source(new URL(`https://${path}?go-get=1`), new AbortController().signal)
      assert.ok(asked.has(`/${path}`), `${path} was not asked`)
      assert.equal(
        ours,
        asked.get(`/${path}`),
        `${path} with ${JSON.stringify(text)}, DIFFERENTIAL_SEED=${random.seed}`,
      )
      sent += ours === undefined ? 0 : 1
    }
  }
  assert.ok(sent > texts.length / 4, `only ${sent} were sent at all`)
})

/** Pages that are not there, and with what they were asked for first. */
async function host(t: TestContext) {
  const certificate = await oddCertificate(t, 'subjectAltName=DNS:*.vanity.example')
  const asked = new Map<string, string | undefined>()
  const server = createServer(certificate, ({ headers, url = '' }, response) => {
    const place = `/${headers.host}${url.split('?')[0]}`
    if (!asked.has(place)) asked.set(place, headers.authorization)
    response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => void server.close())
  return { asked, certFile: certificate.certFile, proxy: await connectProxy(t, (server.address() as AddressInfo).port) }
}
