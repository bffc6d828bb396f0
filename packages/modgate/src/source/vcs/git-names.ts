/**
 * The names of a repository by one question (gitprotocol-v2, `ls-refs`).
 *
 * `git ls-remote` asks twice, what the server can do and then for the names, of all that there are. Every server that speaks version 2
 * takes the second question alone, since over HTTP each question stands for itself; what does not understand it is asked by git.
 * Everything that an answer says is a stranger's word, as what git prints is.
 */

import type { Remote } from './git-fetch.ts'
import { BrokenAnswer, marks, packets, readPackets } from './git-packets.ts'

export const namesQuestion: Uint8Array = Buffer.concat([
  packets(['command=ls-refs\n', 'agent=modgate\n', 'object-format=sha1\n']),
  marks.delimiter,
  packets(['peel\n', 'ref-prefix HEAD\n', 'ref-prefix refs/heads/\n', 'ref-prefix refs/tags/\n']),
  marks.end,
])

/** Names that take longer are left to git, which has a limit of its own; milliseconds. */
const namesMs = 10_000

/** The names as `git ls-remote` prints them; undefined where git has to ask. Throws as `Ask` does. */
export type AskNames = (signal: AbortSignal) => Promise<Buffer | undefined>

/** Asks a repository for its names, until it is seen not to understand that. More than `limit` bytes are left to git. */
export function askedNames({ ask, limits }: Pick<Remote, 'ask' | 'limits'>, limit: number): AskNames {
  let isUnderstood = ask !== undefined
  return async (signal) => {
    if (!isUnderstood) return undefined
    const deadline = AbortSignal.timeout(Math.min(limits.listMs, namesMs))
    try {
      const answer = await ask?.(namesQuestion, AbortSignal.any([signal, deadline]))
      if (answer === undefined) return undefined
      const names = await readNames(answer, limit)
      isUnderstood = names !== undefined
      return names
    } catch (error) {
      signal.throwIfAborted()
      if (deadline.aborted || (error instanceof BrokenAnswer && error.cause !== undefined)) return undefined
      throw error
    }
  }
}

/**
 * An answer as `git ls-remote` prints it, with a second line for what an annotated tag leads to. Undefined for what is no answer to this
 * question, is longer than `limit` bytes, or holds no name: git finds out what it is. Throws BrokenAnswer where the connection broke.
 */
export async function readNames(answer: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer | undefined> {
  const lines: string[] = []
  let size = 0
  try {
    for await (const packet of readPackets(answer)) {
      if (packet === 'end') continue
      const found = packet === 'delimiter' ? undefined : lineOf(packet.toString('utf8'))
      if (found === undefined || (size += found.length) > limit) return undefined
      lines.push(found)
    }
  } catch (error) {
    if (error instanceof BrokenAnswer && error.cause === undefined) return undefined
    throw error
  }
  return lines.length === 0 ? undefined : Buffer.from(lines.join(''))
}

function lineOf(packet: string): string | undefined {
  const [, id, name, attributes = ''] =
    /^([0-9a-f]{40}) ([^\x00-\x20\x7f]+)((?: [^\x00-\x20\x7f]+)*)\n?$/.exec(packet) ?? []
  if (id === undefined || name === undefined) return undefined
  const peeled = / peeled:([0-9a-f]{40})(?= |$)/.exec(attributes)?.[1]
  return `${id}\t${name}\n${peeled === undefined ? '' : `${peeled}\t${name}^{}\n`}`
}
