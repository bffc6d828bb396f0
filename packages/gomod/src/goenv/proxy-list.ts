import { SettingError } from './error.ts'
import { parseUrl, redactUrl } from './url.ts'

/**
 * One entry of GOPROXY. `fallback` says after which answers the go command asks the next entry: only after 404 and 410
 * (a comma follows), or after any error (a pipe follows).
 */
export type ProxyEntry =
  | { readonly kind: 'proxy'; readonly url: string; readonly fallback: 'not-found' | 'any' }
  | { readonly kind: 'direct' }
  | { readonly kind: 'off' }

/**
 * Reads a GOPROXY list as the go command does: entries end at a comma or a pipe, spaces around them and empty ones do
 * not count, `off` and `direct` end the list whatever follows, and a host without a scheme is reached over https.
 * URLs are kept as they were written. Never empty. See "Environment variables" in the Go Modules Reference.
 * @throws {SettingError} in the go command's words, for the first entry that it would refuse.
 */
export function parseProxyList(value: string): ProxyEntry[] {
  const entries: ProxyEntry[] = []
  for (const [, text = '', separator] of value.matchAll(/([^,|]*)([,|]|$)/g)) {
    const word = text.trim()
    if (word === '') continue
    if (word === 'off' || word === 'direct') return [...entries, { kind: word }]
    const url = isBareHost(word) ? `https://${word}` : word
    checkProxyUrl(url)
    entries.push({ kind: 'proxy', url, fallback: separator === '|' ? 'any' : 'not-found' })
  }
  if (entries.length > 0) return entries
  throw new SettingError('GOPROXY', 'GOPROXY list is not the empty string, but contains no entries')
}

/** Single words are kept for meanings to come, and what holds `:/` or begins with a slash has to be a whole URL. */
function isBareHost(word: string): boolean {
  return /[.:/]/.test(word) && !word.includes(':/') && !word.startsWith('/')
}

function checkProxyUrl(url: string): void {
  const parts = parseUrl(url)
  const redacted = redactUrl(url)
  if ('fault' in parts) throw new SettingError('GOPROXY', `parse "${redacted}": ${withoutPassword(url, parts.fault)}`)
  switch (parts.scheme) {
    case 'http':
    case 'https':
      return
    case 'file':
      if (parts.host === '' && parts.userinfo === undefined && parts.query === undefined && !parts.fragment) return
      throw new SettingError('GOPROXY', `invalid file:// proxy URL with non-path elements: ${redacted}`)
    case '':
      throw new SettingError('GOPROXY', `invalid proxy URL missing scheme: ${escapedPath(redacted)}`)
    default:
      throw new SettingError('GOPROXY', `invalid proxy URL scheme (must be https, http, file): ${redacted}`)
  }
}

/** Without a scheme all of it is a path, which the go command prints escaped. */
function escapedPath(path: string): string {
  return path.replaceAll(/[ "<>\\^`{|}]|[^\0-\x7f]+/g, (text) => encodeURIComponent(text.toWellFormed()))
}

/** A password with a slash in it is taken for a port, and the fault would quote it. */
function withoutPassword(url: string, fault: string): string {
  return url.includes('@') ? fault.replace(/ "[^]*"/, '') : fault
}
