/** Whose word a push hook is: each kind of code host proves in its own header that it knows the secret. */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Exchange } from './exchange.ts'

/** What a hook shows for itself. */
export interface SignedHook {
  header: Exchange['header']
  readonly body: Uint8Array
}

type Proof = (hook: SignedHook, secret: string) => boolean

/** The headers that sign; what they hold is compared in a time that says nothing of the secret. */
const proofs: readonly (readonly [header: string, proves: Proof])[] = [
  // GitHub, and Gitea and Forgejo beside their own (https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries).
  ['x-hub-signature-256', ({ header, body }, secret) => isSigned(header('x-hub-signature-256'), body, secret)],
  // Bitbucket, Cloud and Data Center. What GitHub sends under this name is SHA-1, which proves too little.
  ['x-hub-signature', ({ header, body }, secret) => isSigned(header('x-hub-signature'), body, secret)],
  ['x-gitea-signature', ({ header, body }, secret) => isSigned(`sha256=${header('x-gitea-signature')}`, body, secret)],
  [
    'x-forgejo-signature',
    ({ header, body }, secret) => isSigned(`sha256=${header('x-forgejo-signature')}`, body, secret),
  ],
  // GitLab's signing token, as https://www.standardwebhooks.com has it.
  ['webhook-signature', isStandard],
  // GitLab's secret token: the secret itself.
  ['x-gitlab-token', ({ header }, secret) => isSame(header('x-gitlab-token') ?? '', secret)],
]

/**
 * Which secret the hook proves to know: its place among them, or -1. A hook without any of the headers is unsigned. All secrets are
 * tried, whichever fits, since the time must not tell.
 */
export function signerOf(hook: SignedHook, secrets: readonly string[]): number {
  const shown = proofs.filter(([name]) => hook.header(name) !== undefined)
  const fits = secrets.map((secret) => shown.map(([, proves]) => proves(hook, secret)).includes(true))
  return fits.indexOf(true)
}

/** Whether a hook tries to prove anything. */
export function isUnsigned({ header }: Pick<SignedHook, 'header'>): boolean {
  return proofs.every(([name]) => header(name) === undefined)
}

function isSigned(given: string | undefined, body: Uint8Array, secret: string): boolean {
  return isSame((given ?? '').toLowerCase(), `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`)
}

const tokenPrefix = 'whsec_'

/** The signature is of `id.timestamp.body`; several stand in one header, separated by spaces, while a secret is replaced. */
function isStandard({ header, body }: SignedHook, secret: string): boolean {
  const given = (header('webhook-signature') ?? '').split(' ').slice(0, 8)
  const signed = `${header('webhook-id')}.${header('webhook-timestamp')}.`
  return keysOf(secret)
    .map((key) => `v1,${createHmac('sha256', key).update(signed).update(body).digest('base64')}`)
    .flatMap((expected) => given.map((each) => isSame(each, expected)))
    .includes(true)
}

/** A token of the form that the specification gives it is base64 of its key; whoever lets people choose theirs takes it as it is. */
function keysOf(secret: string): readonly (string | Uint8Array)[] {
  return secret.startsWith(tokenPrefix) ? [secret, Buffer.from(secret.slice(tokenPrefix.length), 'base64')] : [secret]
}

/** Compares digests, which are of one length whatever was given. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
