import { escapePath, escapeVersion, quote, unescapePath, unescapeVersion } from '../module/index.ts'
import { RequestError, type DatabaseResource, type ModuleRequest } from './request.ts'
import { isTilePath } from './tile.ts'
import { checkVersion } from './version.ts'

type DatabaseRequest = Extract<ModuleRequest, { kind: 'sumdb' }>

/**
 * The words with which a resource begins. A database's name may hold slashes, and so may the module path of a lookup:
 * the first of these words behind the host ends the name, therefore no name may hold one of them as an element.
 */
const RESOURCES: ReadonlySet<string> = new Set(['supported', 'latest', 'lookup', 'tile'])

/** Reads what follows `sumdb/` in a key. */
export function parseDatabaseKey(key: string): DatabaseRequest {
  const elements = key.split('/')
  const at = elements.findIndex((element, i) => i > 0 && RESOURCES.has(element))
  if (at < 0) throw new RequestError('form', 'nothing that a checksum database serves')
  const name = elements.slice(0, at).join('/')
  checkName(name)
  return { kind: 'sumdb', name, resource: parseResource(elements.slice(at).join('/')) }
}

/** What follows `sumdb/` in the key of the request. */
export function databaseKeyOf({ name, resource }: DatabaseRequest): string {
  checkName(name)
  return `${name}/${resourceKeyOf(resource)}`
}

function parseResource(key: string): DatabaseResource {
  if (key === 'supported' || key === 'latest') return { kind: key }
  if (key.startsWith('tile/')) {
    checkTile(key)
    return { kind: 'tile', path: key }
  }
  const parts = /^lookup\/([^@]*)@([^@]*)$/.exec(key)
  if (!parts) throw new RequestError('form', 'nothing that a checksum database serves')
  const [, escapedPath = '', escapedVersion = ''] = parts
  const lookup = { path: unescapePath(escapedPath), version: unescapeVersion(escapedVersion) }
  checkVersion(lookup)
  return { kind: 'lookup', ...lookup }
}

function resourceKeyOf(resource: DatabaseResource): string {
  switch (resource.kind) {
    case 'supported':
    case 'latest':
      return resource.kind
    case 'lookup':
      checkVersion(resource)
      return `lookup/${escapePath(resource.path)}@${escapeVersion(resource.version)}`
    case 'tile':
      checkTile(resource.path)
      return resource.path
  }
}

function checkTile(path: string): void {
  if (!isTilePath(path)) throw new RequestError('tile', `malformed tile path ${quote(path)}`)
}

/** A name is `host[/path]`; it becomes the name of folders, here and at every client, so hidden and odd ones are out. */
function checkName(name: string): void {
  const [host = '', ...elements] = name.split('/')
  const hostFits = /^[A-Za-z0-9][-.A-Za-z0-9]*(?::[0-9]{1,5})?$/.test(host) && !/\.\.|\.$|\.:/.test(host)
  const fits = (element: string) => /^[-_~A-Za-z0-9][-._~A-Za-z0-9]*$/.test(element) && !element.endsWith('.')
  if (hostFits && elements.every((element) => fits(element) && !RESOURCES.has(element))) return
  throw new RequestError('database', `malformed checksum database name ${quote(name)}`)
}
