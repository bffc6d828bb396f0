/**
 * What the network answered. Each place of the chain was asked as the go command asks it, step by step with a clock beside it, and
 * what came is kept as values: the checks judge, the table shows. No credentials are in here.
 */

import type { ContentRoute, ChecksumRoute } from '../../policy/route.ts'

export interface NetworkEvidence {
  /** What was asked about; no version where none could be found. */
  readonly module: { readonly path: string; readonly version?: string }
  readonly content: ContentRoute
  readonly checksum: ChecksumRoute
  /** In the order in which the go command comes to them; the database's own host, if it is asked, last. */
  readonly places: readonly Place[]
  /** Milliseconds since the epoch, by this machine's clock. */
  readonly at: number
  /** What was not asked, and why: sentences. */
  readonly omitted: readonly string[]
}

export interface Place {
  readonly kind: 'proxy' | 'folder' | 'direct' | 'database'
  /** Its URL without credentials; of `direct` the one of the module's host. */
  readonly name: string
  /** After which of its answers the next place is asked. */
  readonly fallback: 'not-found' | 'any' | 'never'
  /** The go command comes to it for this module. One that it does not come to is never told the module's name. */
  readonly reached: boolean
  /** Absent for a folder. */
  readonly contact?: Contact
  /** In the order of `things`; only those that were asked. */
  readonly answers: readonly Answer[]
}

/** How a place was reached: milliseconds a phase; a phase that was not come to is absent. */
export interface Contact {
  readonly host: string
  readonly port: number
  readonly addresses: readonly string[]
  /** The HTTP proxy in between (HTTPS_PROXY), without credentials: names are then resolved there. */
  readonly through?: string
  readonly dnsMs?: number
  readonly connectMs?: number
  readonly tlsMs?: number
  readonly tls?: TlsFacts
  readonly trouble?: Trouble
}

export interface TlsFacts {
  /** `TLSv1.3` */
  readonly protocol: string
  /** `h2`, `http/1.1`, or empty where the server chose nothing. */
  readonly alpn: string
  readonly subject: string
  readonly issuer: string
  /** Subject alternative names, as `DNS:a.example`. */
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly validFrom: number
  readonly validTo: number
  /** Who stands behind it: an authority that browsers know, another one that this machine trusts, or nobody known here. */
  readonly authority: 'public' | 'private' | 'unknown'
  /** The last certificate that the server sent, or its signer: the name that a machine has to trust. */
  readonly root: string
}

export type TroubleKind =
  | 'dns'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'broken'
  | 'not-tls'
  | 'untrusted'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-host'
  | 'proxy-refused'
  | 'redirect-insecure'
  | 'redirect-loop'
  | 'insecure-credentials'
  | 'too-large'
  | 'unreadable'

/** Why there is no answer. */
export interface Trouble {
  readonly kind: TroubleKind
  /** What was under way: `dns`, `connect`, `tls`, `request`, `body`. */
  readonly phase: 'dns' | 'connect' | 'tls' | 'request' | 'body'
  readonly message: string
}

/** What can be asked, in the order of the table. */
export const things = ['info', 'mod', 'zip', 'list', 'latest', 'supported', 'lookup', 'head', 'go-get', 'git'] as const
export type Thing = (typeof things)[number]

export interface Answer {
  readonly thing: Thing
  /** Without credentials and query. */
  readonly url: string
  /** HTTP status; of a folder 200 or 404; of git 200 or absent. */
  readonly status?: number
  /** Of the content, without parameters. */
  readonly type?: string
  /** Its first bytes as text, at most 1,000 characters; empty for a zip. */
  readonly text: string
  /** URLs that it was redirected to, without credentials and query. */
  readonly redirects: readonly string[]
  /** Milliseconds from the sent request. */
  readonly firstByteMs?: number
  readonly totalMs?: number
  /** Milliseconds that the server's clock is ahead of this one, by its Date header; good to a second. */
  readonly aheadMs?: number
  readonly trouble?: Trouble
  /** A 200 whose content is not what was asked for. */
  readonly fault?: ContentFault
  /** Of `head` and `lookup`: the size of the tree that was signed. */
  readonly treeSize?: number
}

export interface ContentFault {
  readonly kind: 'html' | 'malformed' | 'other-version' | 'unverified' | 'fork' | 'inconsistent' | 'older-than-pinned'
  readonly message: string
}
