/**
 * Questions to a repository over HTTP on a connection that stays (gitprotocol-http, `git-upload-pack`), where git would start two processes,
 * connect anew, and first ask what the server can do. What goes wrong here is no failure: git asks then, and what it meets is said in its
 * words.
 */

import { Failure } from '../../core/failure.ts'
import type { QuestionPeer } from '../peer.ts'

/** The answer to a question in packet lines, its content still to come; undefined where git has to ask. */
export type AskRepository = (
  repository: string,
  question: Uint8Array,
  signal: AbortSignal,
) => Promise<AsyncIterable<Uint8Array> | undefined>

const headers = {
  'content-type': 'application/x-git-upload-pack-request',
  accept: 'application/x-git-upload-pack-result',
  'git-protocol': 'version=2',
} as const

/** Repositories whose servers know no such question, at most. */
const mostUnable = 1000

/** `peer` is guarded, and logged in as git would be. */
export function askRepository(peer: QuestionPeer): AskRepository {
  const unable = new Set<string>()
  return async (repository, body, signal) => {
    if (!/^https:\/\/[^?#]+$/i.test(repository) || unable.has(repository)) return undefined
    try {
      const url = new URL(`${repository.replace(/\/+$/, '')}/git-upload-pack`)
      const answer = await peer.ask(url, { headers, body }, signal)
      if (answer.status === 200 && answer.headers['content-type'] === headers.accept) return answer.body
      answer.discard()
      // Who is busy, or does not know us, may understand the question another time.
      if (answer.status < 500 && ![401, 403, 404, 429].includes(answer.status)) unable.add(repository)
      if (unable.size > mostUnable) unable.clear()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Failure)) throw error
    }
    return undefined
  }
}
