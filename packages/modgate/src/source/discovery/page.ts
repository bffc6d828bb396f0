/** The page of an import path, `https://<path>?go-get=1`, fetched with limits. */

import { Failure } from '../../core/failure.ts'
import type { Peer, PeerAnswer } from '../peer.ts'
import { goImports, type GoImports } from './go-import.ts'

/** What the host of a path answered. */
export interface ImportPage extends GoImports {
  /** What was asked, for words. */
  readonly url: string
  /** The HTTP status: a page counts whatever it is, as for the go command, since many a host serves tags with 404. */
  readonly status: number
}

/** Fetches pages. Throws a Failure where no page came, or the signal's reason. */
export type FetchPage = (path: string, signal: AbortSignal) => Promise<ImportPage>

export interface PageOptions {
  /** Guarded: it connects nowhere that a stranger must not lead. */
  readonly peer: Peer
  /** The same for paths that `isInsecure` knows: it takes any certificate. */
  readonly insecurePeer: Peer
  /** Paths that may be asked without TLS when it fails (GOINSECURE). */
  readonly isInsecure: (path: string) => boolean
}

/** Bytes of a page at most. */
const maxBytes = 1 << 20

export function pages({ peer, insecurePeer, isInsecure }: PageOptions): FetchPage {
  return async (path, signal) => {
    const url = pageURL(path)
    if (!isInsecure(path)) return pageAt(url, peer, signal)
    try {
      return await pageAt(url, insecurePeer, signal)
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure)) throw error
      return pageAt(new URL(url.href.replace(/^https:/, 'http:')), insecurePeer, signal)
    }
  }
}

/** Throws a Failure `module-not-found` for a path without a host that could be asked. */
function pageURL(path: string): URL {
  const [host = ''] = path.split('/')
  const url = host.includes('.') ? URL.parse(`https://${path}?go-get=1`) : null
  // A host that a URL writes in another way (`0x7f.1`, `127.1`) is a trick: no module has such a name.
  if (url?.host === host) return url
  const why = `unrecognized import path "${path}": import path does not begin with hostname`
  throw new Failure('module-not-found', { asked: path, who: 'modgate', why })
}

async function pageAt(url: URL, peer: Peer, signal: AbortSignal): Promise<ImportPage> {
  const answer = await peer.get(url, signal)
  const page = await head(answer, url)
  return { ...goImports(page), url: url.href, status: answer.status }
}

/** The page, or as much of it as has a right to be read. Throws a Failure `discovery-invalid` for more, and for bytes in disguise. */
async function head(answer: PeerAnswer, url: URL): Promise<Uint8Array> {
  const encoding = answer.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    answer.discard()
    throw unreadable(url, `it came with content-encoding ${String(encoding).slice(0, 40)}, which was not asked for`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.byteLength
    if (size > maxBytes) throw unreadable(url, `it has more than ${maxBytes} bytes`)
    chunks.push(new Uint8Array(chunk))
  }
  return Buffer.concat(chunks)
}

function unreadable(url: URL, why: string): Failure {
  return new Failure('discovery-invalid', { asked: url.href, who: url.host, why: `the page cannot be read: ${why}` })
}
