import { escapePath, escapeVersion, ModuleError, unescapePath, unescapeVersion } from '../module/index.ts'
import { databaseKeyOf, parseDatabaseKey } from './database.ts'
import { RequestError, type ModuleRequest } from './request.ts'
import { checkVersion, isVersionOf } from './version.ts'

/**
 * The key of what is asked for, in Go's GOPROXY file layout: `github.com/!burnt!sushi/toml/@v/v1.4.0.zip`,
 * `sumdb/<name>/lookup/<path>@<version>`. Two requests have the same key only if they are the same.
 * @throws {RequestError} for a request that {@link parseKey} never gives.
 */
export function keyOf(request: ModuleRequest): string {
  return asRequestError(() => formatKey(request))
}

/**
 * The request whose key this is.
 * @throws {RequestError} for any other text.
 */
export function parseKey(key: string): ModuleRequest {
  return asRequestError(() =>
    key.startsWith('sumdb/') ? parseDatabaseKey(key.slice('sumdb/'.length)) : parseModuleKey(key),
  )
}

function formatKey(request: ModuleRequest): string {
  switch (request.kind) {
    case 'list':
      return `${escapePath(request.path)}/@v/list`
    case 'latest':
      return `${escapePath(request.path)}/@latest`
    case 'query':
      if (isVersionOf(request.path, request.query)) throw new RequestError('version', 'a canonical version is no query')
      return `${escapePath(request.path)}/@v/${escapeVersion(request.query)}.info`
    case 'info':
    case 'mod':
    case 'zip':
      checkVersion(request)
      return `${escapePath(request.path)}/@v/${escapeVersion(request.version)}.${request.kind}`
    case 'sumdb':
      return `sumdb/${databaseKeyOf(request)}`
  }
}

function parseModuleKey(key: string): ModuleRequest {
  if (key.endsWith('/@latest')) return { kind: 'latest', path: unescapePath(key.slice(0, -'/@latest'.length)) }
  const at = key.indexOf('/@v/')
  if (at < 0) throw new RequestError('form', 'nothing that a module proxy serves')
  const path = unescapePath(key.slice(0, at))
  const file = key.slice(at + '/@v/'.length)
  if (file === 'list') return { kind: 'list', path }
  const dot = file.lastIndexOf('.')
  const kind = file.slice(dot + 1)
  if (dot < 0 || (kind !== 'info' && kind !== 'mod' && kind !== 'zip')) {
    throw new RequestError('form', 'nothing that a module proxy serves')
  }
  const version = unescapeVersion(file.slice(0, dot))
  if (kind === 'info' && !isVersionOf(path, version)) return { kind: 'query', path, query: version }
  checkVersion({ path, version })
  return { kind, path, version }
}

function asRequestError<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error
    throw new RequestError(error.kind === 'version' ? 'version' : 'path', error.message, { cause: error })
  }
}
