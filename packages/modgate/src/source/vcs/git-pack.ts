/**
 * Whole commits without their history by one question (gitprotocol-v2, `fetch` with `deepen 1`): how it is put, and how its answer is taken
 * apart. Nothing is negotiated, since what is wanted is known by its id and what is there is said at once.
 */

import { BrokenAnswer, marks, packets, readPackets, type Mark } from './git-packets.ts'

export interface PackQuestion {
  readonly commits: readonly string[]
  /** Commits that are whole here: what of them is wanted again is not sent. */
  readonly have: readonly string[]
  /** Commits whose parents are not here. A server takes what lies before any other for present. */
  readonly shallow: readonly string[]
}

export function packQuestion({ commits, have, shallow }: PackQuestion): Uint8Array {
  const lines = (word: string, ids: readonly string[]) => ids.map((id) => `${word} ${id}\n`)
  return Buffer.concat([
    packets(['command=fetch', 'agent=modgate', 'object-format=sha1']),
    marks.delimiter,
    packets(['no-progress\n', 'ofs-delta\n', ...lines('want', commits), ...lines('shallow', shallow), 'deepen 1\n']),
    packets([...lines('have', have), 'done\n']),
    marks.end,
  ])
}

export interface PackAnswer {
  /** Commits that come without their parents. */
  readonly shallow: readonly string[]
  /** A pack that stands for itself. Throws BrokenAnswer where it is cut off, and what the stream throws. */
  readonly pack: AsyncGenerator<Uint8Array, undefined>
}

/**
 * Reads the answer to a question for commits up to its pack. Throws BrokenAnswer for a refusal and for everything that was not asked for: git
 * asks then, and meets the same or has ways that are not known here.
 */
export async function openPack(answer: AsyncIterable<Uint8Array>, commits: readonly string[]): Promise<PackAnswer> {
  const parts = readPackets(answer)
  try {
    const shallow: string[] = []
    let line = await nextLine(parts)
    if (line === 'shallow-info') {
      for (line = await nextLine(parts); line !== undefined; line = await nextLine(parts)) {
        const [, id] = /^shallow ([0-9a-f]{40})$/.exec(line) ?? []
        if (id === undefined || !commits.includes(id))
          throw new BrokenAnswer('its commits are not bounded as they were asked for')
        shallow.push(id)
      }
      line = await nextLine(parts)
    }
    if (line !== 'packfile') throw new BrokenAnswer('there is no pack in it')
    return { shallow, pack: packIn(parts) }
  } catch (error) {
    await parts.return(undefined)
    throw error
  }
}

/** A line without its end; undefined for what is none. */
async function nextLine(parts: AsyncGenerator<Buffer | Mark, undefined>): Promise<string | undefined> {
  const { value } = await parts.next()
  return value instanceof Buffer ? value.toString('latin1').replace(/\n$/, '') : undefined
}

/** Bands of the answer (gitprotocol-pack, side-band-64k): the pack, words on its progress, a last word. */
const band = { pack: 1, progress: 2 } as const

async function* packIn(parts: AsyncGenerator<Buffer | Mark, undefined>): AsyncGenerator<Uint8Array, undefined> {
  for await (const part of parts) {
    if (part === 'end') continue
    if (part === 'delimiter' || (part[0] !== band.pack && part[0] !== band.progress)) {
      throw new BrokenAnswer('the server broke off')
    }
    if (part[0] === band.pack && part.length > 1) yield part.subarray(1)
  }
}
