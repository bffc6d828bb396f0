import { newVerifier, NoteError, type NoteErrorKind } from '../note/index.ts'
import { SettingError } from './error.ts'
import { parseUrl, redactUrl, type UrlParts } from './url.ts'

/** What GOSUMDB says: no database, or one with its name, its verifier key and, if given, the URL to reach it at. */
export type ChecksumDatabase =
  | { readonly kind: 'off' }
  | { readonly kind: 'database'; readonly name: string; readonly key: string; readonly url?: string }

/** The keys that the go command has built in, by the name that stands for each. */
export const KNOWN_DATABASES: ReadonlyMap<string, string> = new Map([
  ['sum.golang.org', 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
])

/** Reachable in mainland China; the same database under its own name there. */
const MIRROR = 'sum.golang.google.cn'

/**
 * Reads GOSUMDB as the go command does: `off`, or a known name or a verifier key, and after a space the URL to use
 * instead of the proxies and `https://<name>`. See "Checksum database" in the Go Modules Reference.
 * @throws {SettingError} in the go command's words, for anything else.
 */
export function parseSumdb(value: string): ChecksumDatabase {
  if (value === 'off') return { kind: 'off' }
  const fields = value === MIRROR ? ['sum.golang.org', `https://${MIRROR}`] : value.trim().split(/\s+/)
  const [known = '', url] = fields
  if (known === '') throw new SettingError('GOSUMDB', 'missing GOSUMDB')
  if (fields.length > 2) throw new SettingError('GOSUMDB', 'invalid GOSUMDB: too many fields')
  const key = KNOWN_DATABASES.get(known) ?? known
  const name = nameOf(key)
  checkName(name)
  if (url === undefined) return { kind: 'database', name, key }
  checkUrl(url)
  return { kind: 'database', name, key, url }
}

function nameOf(key: string): string {
  try {
    return newVerifier(key).name
  } catch (error) {
    if (!(error instanceof NoteError)) throw error
    throw new SettingError('GOSUMDB', `invalid GOSUMDB: ${keyFault(error.kind)}`, { cause: error })
  }
}

function keyFault(kind: NoteErrorKind): string {
  if (kind === 'key-hash-mismatch') return 'invalid verifier hash'
  return kind === 'unknown-algorithm' ? 'unknown verifier algorithm' : 'malformed verifier id'
}

/** The name becomes part of URLs and the name of a folder, so it may hold nothing that either would act on. */
function checkName(name: string): void {
  const parts = parseUrl(`https://${name}`)
  if ('fault' in parts || name.endsWith('/') || !isHostAndPath(parts)) {
    throw new SettingError('GOSUMDB', `invalid sumdb name (must be host[/path]): ${name}`)
  }
}

function isHostAndPath({ userinfo, host, path, query, fragment }: UrlParts): boolean {
  if (userinfo !== undefined || query !== undefined || fragment !== undefined) return false
  return host !== undefined && host !== '' && /^[-A-Za-z0-9$&+,./:;=@_~]*$/.test(path)
}

function checkUrl(url: string): void {
  const parts = parseUrl(url)
  if ('fault' in parts) {
    throw new SettingError('GOSUMDB', `invalid GOSUMDB URL: parse "${redactUrl(url)}": ${parts.fault}`)
  }
}
