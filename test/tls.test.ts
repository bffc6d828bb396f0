// Over TLS on both sides: the real go speaks HTTP/2 with the gate, the gate HTTPS with its upstream.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loopbackCertificate } from './harness/certificate.ts'
import { requireComponent } from './harness/components.ts'
import * as faults from './harness/fault.ts'
import { logEntry, startGate } from './harness/gate.ts'
import { goClient } from './harness/go-client.ts'
import { corpusUpstream } from './harness/upstream.ts'

test('the real go downloads over TLS and HTTP/2, and the gate trusts the authority that the operator names', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t, { tls: certificate })
  const tls = ['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile]
  // The harness's own health check and the gate's requests to the upstream both meet a certificate that no public authority signed.
  const gate = await startGate(t, {
    flags: ['--upstream', upstream.url, '--sumdb', upstream.database.key, ...tls],
    env: { NODE_EXTRA_CA_CERTS: certificate.certFile },
    ca: certificate.cert,
  })
  assert.match(gate.url, /^https:/)
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: upstream.database.key })
  go.env['SSL_CERT_FILE'] = certificate.certFile
  const good = await go.run(['mod', 'download', 'hello.example/hello@v1.0.0', 'big.example/blob@v1.0.0'])
  assert.equal(good.code, 0, good.stderr)

  upstream.fault('/tool.example/*', faults.redirect(`http://127.0.0.1:1/`))
  const bad = await go.run(['mod', 'download', 'tool.example/tool@v1.0.0'])
  assert.match(bad.stderr, /redirect-refused/)
  assert.ok(gate.log.some((line) => logEntry(line) !== undefined))
})

test('a big zip with other content breaks off over HTTP/2 in a way that no client takes for its end', async (t) => {
  const toolchain = await requireComponent(t, 'go')
  if (toolchain === undefined || (await requireComponent(t, 'openssl')) === undefined) return
  const certificate = await loopbackCertificate(t)
  const upstream = await corpusUpstream(t)
  const tls = ['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile]
  const flags = ['--upstream', upstream.url, '--sumdb', upstream.database.key, ...tls]
  const gate = await startGate(t, { flags, ca: certificate.cert })
  const { entries } = upstream.corpus.find('big.example/blob', 'v1.0.0')!
  upstream.fault('*.zip', faults.tamperedZip(entries))
  const go = await goClient(t, { toolchain, proxy: gate.url, sumdb: 'off' })
  go.env['SSL_CERT_FILE'] = certificate.certFile
  const cut = await go.run(['mod', 'download', 'big.example/blob@v1.0.0'])
  assert.notEqual(cut.code, 0)
  assert.match(
    cut.stderr,
    /big\.example\/blob@v1\.0\.0.*(INTERNAL_ERROR|unexpected EOF|checksum-mismatch|502 Bad Gateway)/s,
  )
})
