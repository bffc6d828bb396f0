import { unescapePath, unescapeVersion } from '@modgate/gomod/module'
import { type Corpus, type CorpusModule, zipOf } from './corpus.ts'
import type { TestDatabase } from './database.ts'

/** A whole HTTP answer, before a fault touches it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What an honest upstream says to the path of a URL (`go help goproxy`; `/sumdb/` as golang.org/design/25530-sumdb). */
export async function honestAnswer(path: string, corpus: Corpus, database: TestDatabase): Promise<Answer> {
  try {
    const prefix = `/sumdb/${database.name}/`
    if (path.startsWith(prefix)) return await databaseAnswer(path.slice(prefix.length), database)
    return moduleAnswer(decodeURIComponent(path), corpus) ?? notFound('no such thing in the corpus')
  } catch (error) {
    return notFound(String(error))
  }
}

/** 404 with a text that the go command shows. */
export function notFound(reason: string): Answer {
  return text(404, `not found: ${reason}\n`)
}

/** A short text. */
export function text(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: Buffer.from(body) }
}

async function databaseAnswer(path: string, database: TestDatabase): Promise<Answer> {
  const body = await database.answer(path)
  if (body === undefined) return notFound('no record')
  const type = path.startsWith('tile/') ? 'application/octet-stream' : 'text/plain; charset=UTF-8'
  return { status: 200, headers: { 'content-type': type }, body }
}

function moduleAnswer(path: string, corpus: Corpus): Answer | undefined {
  const latest = /^\/(.+)\/@latest$/.exec(path)
  if (latest !== null) return info(corpus.latest(unescapePath(latest[1]!)))
  const [, escaped = '', file = ''] = /^\/(.+)\/@v\/(.+)$/.exec(path) ?? []
  if (escaped === '') return undefined
  const module = unescapePath(escaped)
  if (file === 'list') return list(corpus.list(module))
  const [, name = '', kind] = /^(.+)\.(info|mod|zip)$/.exec(file) ?? []
  const version = unescapeVersion(name)
  if (kind === 'info') return info(corpus.query(module, version))
  const found = corpus.find(module, version)
  if (found === undefined) return undefined
  return kind === 'mod'
    ? text(200, found.mod)
    : { status: 200, headers: { 'content-type': 'application/zip' }, body: zipOf(found) }
}

function list(versions: readonly string[] | undefined): Answer | undefined {
  return versions === undefined ? undefined : text(200, versions.map((version) => `${version}\n`).join(''))
}

function info(module: CorpusModule | undefined): Answer | undefined {
  if (module === undefined) return undefined
  return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(module.info) }
}
