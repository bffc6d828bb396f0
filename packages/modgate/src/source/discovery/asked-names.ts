/**
 * The names of a repository asked for over HTTP on a connection that stays, where git would start two processes, connect anew and ask twice.
 * What goes wrong here is no failure: git asks then, and what it meets is said in its words.
 */

import { Failure } from '../../core/failure.ts'
import type { PeerAnswer, QuestionPeer } from '../peer.ts'
import { namesAnswerType, namesQuestion, parseNames } from '../vcs/git-names.ts'

/** The names as `git ls-remote` prints them; undefined where git has to ask. */
export type AskNames = (repository: string, signal: AbortSignal) => Promise<Buffer | undefined>

/** More than this takes seconds, and git has limits of its own; milliseconds. */
const deadlineMs = 10_000
const maxAnswerBytes = 16 << 20
/** Repositories whose servers do not understand the question, at most. */
const mostUnable = 1000

/** `peer` is guarded, and logged in as git would be. */
export function askedNames(peer: QuestionPeer): AskNames {
  const unable = new Set<string>()
  return async (repository, signal) => {
    if (!/^https:\/\/[^?#]+$/i.test(repository) || unable.has(repository)) return undefined
    const url = new URL(`${repository.replace(/\/+$/, '')}${namesQuestion.path}`)
    const deadline = AbortSignal.timeout(deadlineMs)
    try {
      const answer = await peer.ask(url, namesQuestion, AbortSignal.any([signal, deadline]))
      const names = isUnderstood(answer) ? parseNames(await whole(answer)) : undefined
      if (names !== undefined) return names
      answer.discard()
      // Who is busy, or does not know us, may understand the question another time.
      if (answer.status < 500 && ![401, 403, 404, 429].includes(answer.status)) unable.add(repository)
      if (unable.size > mostUnable) unable.clear()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Failure || deadline.aborted)) throw error
    }
    return undefined
  }
}

const isUnderstood = ({ status, headers }: PeerAnswer) => status === 200 && headers['content-type'] === namesAnswerType

async function whole({ body }: PeerAnswer): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    // A part of an answer is none.
    if (size > maxAnswerBytes) return Buffer.alloc(0)
    chunks.push(new Uint8Array(chunk))
  }
  return Buffer.concat(chunks, size)
}
