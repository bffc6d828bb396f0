/**
 * A repository whose host sends everybody elsewhere: renamed, given to somebody else. git that is held to a checked address follows no
 * redirect, so the way is walked here, where each step of it is checked.
 */

import type { Peer } from '../peer.ts'

/** What git asks for first (gitprotocol-http, "Smart Clients"). */
const firstQuestion = '/info/refs'

/**
 * The URL to which the host of a repository redirects git; undefined where it stays, or is no repository over HTTP. What comes back is
 * as much a stranger's word as the first URL was: check it in the same way. `peer` is guarded. Throws a Failure where no answer came.
 */
export async function movedRepository(
  repository: string,
  peer: Peer,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!/^https?:/i.test(repository)) return undefined
  const base = repository.replace(/\/+$/, '')
  const answer = await peer.get(new URL(`${base}${firstQuestion}?service=git-upload-pack`), signal)
  answer.discard()
  const { origin, pathname } = answer.url
  // Whoever has to log in first is not told more than this; a page for people is no repository.
  const isRepository =
    answer.status === 401 ||
    (answer.status === 200 && answer.headers['content-type'] === 'application/x-git-upload-pack-advertisement')
  if (!isRepository || !pathname.endsWith(firstQuestion)) return undefined
  const moved = `${origin}${pathname.slice(0, -firstQuestion.length)}`
  return moved === new URL(base).href.replace(/\/$/, '') ? undefined : moved
}
