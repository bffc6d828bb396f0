/**
 * A repository whose host sends everybody elsewhere: renamed, given to somebody else. git that is held to a checked address follows no
 * redirect, so the way is walked here, where each step of it is checked.
 */

import type { Peer } from '../peer.ts'

/** What git asks for first (gitprotocol-http, "Smart Clients"). */
const firstQuestion = '/info/refs'

export interface FirstAnswer {
  readonly status: number
  /**
   * The URL to which the host redirects git; undefined where the repository stays. It is as much a stranger's word as the first URL was:
   * check it in the same way.
   */
  readonly moved: string | undefined
}

/** What the host of a repository over HTTP answers git first. `peer` is guarded. Throws a Failure where no answer came. */
export async function firstAnswer(repository: string, peer: Peer, signal: AbortSignal): Promise<FirstAnswer> {
  const base = repository.replace(/\/+$/, '')
  const answer = await peer.get(new URL(`${base}${firstQuestion}?service=git-upload-pack`), signal)
  answer.discard()
  const { origin, pathname } = answer.url
  // Whoever has to log in first is not told more than this; a page for people is no repository.
  const isRepository =
    answer.status === 401 ||
    (answer.status === 200 && answer.headers['content-type'] === 'application/x-git-upload-pack-advertisement')
  const { status } = answer
  if (!isRepository || !pathname.endsWith(firstQuestion)) return { status, moved: undefined }
  const moved = `${origin}${pathname.slice(0, -firstQuestion.length)}`
  return { status, moved: moved === new URL(base).href.replace(/\/$/, '') ? undefined : moved }
}
