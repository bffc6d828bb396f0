/** The lines of a module index, from a file or page by page from a server: what an old gate has served, in the order in which it came. */

import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseIndexLine, type IndexLine, type WantedList, type WantedModule } from '../bundle/wanted.ts'
import { redact } from '../config/index.ts'
import { Failure } from '../core/failure.ts'
import { systemClock } from '../core/system.ts'
import { parseTimestamp } from '../core/timestamp.ts'
import { peer, type Peer } from '../source/peer.ts'
import type { CommandLine } from './context.ts'

export interface IndexBounds {
  /** RFC 3339. */
  readonly since?: string
  readonly limit?: number
}

const maxPageBytes = 8 << 20
const deadlineMs = 60_000
const limits = { connectMs: 10_000, firstByteMs: 30_000, stallMs: 30_000 }

/** Reads it, within the bounds. Throws a Failure for an index that cannot be read; lines that are none are told as refused. */
export async function indexModules(
  { machine }: CommandLine,
  place: string,
  { since = '', limit = Infinity }: IndexBounds,
): Promise<WantedList> {
  const from = since === '' ? -Infinity : parseTimestamp(since)
  if (from === undefined) throw unusable(`--since ${since}`, 'is no time of RFC 3339', 'say it as 2026-11-28T09:30:00Z')
  const isServer = /^https?:\/\//.test(place)
  const lines = isServer ? serverLines(place, since) : fileLines(resolve(machine.cwd, place), place)
  const modules: WantedModule[] = []
  const refused: Failure[] = []
  for await (const { text, at } of lines) {
    if (modules.length >= limit) break
    const line = parsed(text, at)
    if (line instanceof Failure) refused.push(line)
    else if (line && line.time >= from) modules.push({ path: line.path, version: line.version, zip: true })
  }
  return { modules, refused }
}

interface Line {
  readonly text: string
  /** Where it stands, for words. */
  readonly at: string
}

function parsed(text: string, at: string): IndexLine | Failure | undefined {
  try {
    return parseIndexLine(text, at)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

async function* fileLines(path: string, named: string): AsyncIterable<Line> {
  let n = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path) })) yield { text, at: `${named}:${++n}` }
  } catch (error) {
    const why = `cannot be read: ${(error as Error).message}`
    throw unusable(`--index ${named}`, why, 'name a file of index lines, or the URL of an index')
  }
}

/** Page after page, however long a server makes them: the next begins with the time of the last line, which comes once more. */
async function* serverLines(place: string, since: string): AsyncIterable<Line> {
  const asking = peer({ limits, clock: systemClock })
  try {
    let [from, seen] = [since, new Set<string>()]
    for (;;) {
      const page = (await pageAt(asking, pageURL(place, from))).split('\n').filter((text) => text !== '')
      const fresh = page.filter((text) => !seen.has(text))
      for (const [i, text] of fresh.entries())
        yield { text, at: `${redact(place)} since ${from || 'ever'}, line ${i + 1}` }
      const last = page.map((text) => parsed(text, place)).findLast((line) => line && !(line instanceof Failure))
      if (fresh.length === 0 || !last || last instanceof Failure) return
      from = last.timestamp
      seen = new Set(page)
    }
  } finally {
    await asking.close()
  }
}

function pageURL(place: string, since: string): URL {
  if (!URL.canParse(place)) throw unusable(`--index ${place}`, 'is no URL', 'say it as https://HOST/index')
  const url = new URL(place)
  if (!url.pathname.endsWith('/index')) url.pathname = `${url.pathname.replace(/\/+$/, '')}/index`
  if (since !== '') url.searchParams.set('since', since)
  return url
}

async function pageAt(asking: Peer, url: URL): Promise<string> {
  const answer = await asking.get(url, AbortSignal.timeout(deadlineMs))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.byteLength
    if (size > maxPageBytes) break
    chunks.push(new Uint8Array(chunk))
  }
  const text = Buffer.concat(chunks).toString()
  const why = answer.status === 200 ? `sent more than ${maxPageBytes} bytes` : `the index answered ${answer.status}`
  if (answer.status === 200 && size <= maxPageBytes) return text
  const said = answer.status === 200 ? {} : { said: text.slice(0, 500) }
  throw new Failure('upstream-error', { asked: redact(url.href), who: url.host, why, ...said, next: 'check the URL' })
}

function unusable(asked: string, why: string, next: string): Failure {
  return new Failure('usage', { asked, who: 'modgate', why, next })
}
