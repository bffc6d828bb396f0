import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { signerOf } from './hook-signature.ts'

const secret = 'correct horse battery'
const other = 'another secret altogether'
const body = Buffer.from('{"repository":{}}')
const hex = (key: string, of: Uint8Array = body, hash = 'sha256') => createHmac(hash, key).update(of).digest('hex')
const standard = (key: string | Buffer, text = `m1.1700000000.${body.toString()}`) =>
  `v1,${createHmac('sha256', key).update(text).digest('base64')}`
const webhook = (signature: string) => ({
  'webhook-id': 'm1',
  'webhook-timestamp': '1700000000',
  'webhook-signature': signature,
})
const raw = Buffer.from('0123456789abcdef0123456789abcdef')
const whsec = `whsec_${raw.toString('base64')}`

interface Row {
  readonly claim: string
  readonly headers: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  readonly signer: number
}

const rows: readonly Row[] = [
  { claim: 'GitHub', headers: { 'x-hub-signature-256': `sha256=${hex(secret)}` }, signer: 0 },
  { claim: 'GitHub by the second secret', headers: { 'x-hub-signature-256': `sha256=${hex(other)}` }, signer: 1 },
  { claim: 'Bitbucket', headers: { 'x-hub-signature': `sha256=${hex(secret)}` }, signer: 0 },
  { claim: 'Gitea', headers: { 'x-gitea-signature': hex(secret) }, signer: 0 },
  { claim: 'Forgejo', headers: { 'x-forgejo-signature': hex(secret).toUpperCase() }, signer: 0 },
  { claim: "GitLab's token", headers: { 'x-gitlab-token': other }, signer: 1 },
  { claim: "GitLab's signature", headers: webhook(standard(secret)), signer: 0 },
  { claim: 'a signing token as others write it', headers: webhook(standard(raw)), secrets: [secret, whsec], signer: 1 },
  { claim: 'such a token taken as it is', headers: webhook(standard(whsec)), secrets: [secret, whsec], signer: 1 },
  { claim: 'one of several signatures', headers: webhook(`v1,AAAA ${standard(other)}`), signer: 1 },
  { claim: 'no header at all', headers: {}, signer: -1 },
  { claim: 'an empty signature', headers: { 'x-hub-signature-256': '' }, signer: -1 },
  { claim: 'an empty token', headers: { 'x-gitlab-token': '' }, signer: -1 },
  { claim: 'a part of the token', headers: { 'x-gitlab-token': secret.slice(0, -1) }, signer: -1 },
  { claim: 'a secret of nobody', headers: { 'x-hub-signature-256': `sha256=${hex('nobody')}` }, signer: -1 },
  {
    claim: 'another body',
    headers: { 'x-hub-signature-256': `sha256=${hex(secret, Buffer.from('{}'))}` },
    signer: -1,
  },
  { claim: 'SHA-1', headers: { 'x-hub-signature': `sha1=${hex(secret, body, 'sha1')}` }, signer: -1 },
  { claim: 'the digest without its prefix', headers: { 'x-hub-signature-256': hex(secret) }, signer: -1 },
  {
    claim: 'a signature of another time',
    headers: { ...webhook(standard(secret)), 'webhook-timestamp': '1' },
    signer: -1,
  },
  { claim: 'no secret', headers: { 'x-gitlab-token': '' }, secrets: [], signer: -1 },
]

for (const { claim, headers, secrets = [secret, other], signer } of rows) {
  test(`${claim}: signed by ${signer < 0 ? 'nobody' : `secret ${signer + 1}`}`, () => {
    assert.equal(signerOf({ header: (name) => headers[name], body }, secrets), signer)
  })
}
