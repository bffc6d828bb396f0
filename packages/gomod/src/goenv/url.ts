import { quote } from '../module/index.ts'

/** The parts of a URL as Go's net/url divides it, still escaped. Absent parts are undefined. */
export interface UrlParts {
  /** In lower case; empty if the text has none. */
  readonly scheme: string
  readonly opaque?: string
  readonly userinfo?: string
  readonly host?: string
  readonly path: string
  readonly query?: string
  readonly fragment?: string
}

/** Why a text is no URL, in the words of net/url. */
export interface UrlFault {
  readonly fault: string
}

/**
 * Divides a URL where Go's `url.Parse` does and refuses what that refuses. WHATWG's rules, which the runtime has built
 * in, repair much that the go command turns down, so they cannot tell what the go command will say.
 */
export function parseUrl(text: string): UrlParts | UrlFault {
  const [main, fragment] = cut(text, '#')
  // What net/url calls a control character: C0 and DEL.
  if (/[\0-\x1f\x7f]/.test(main)) return { fault: 'net/url: invalid control character in URL' }
  if (main.startsWith(':')) return { fault: 'missing protocol scheme' }
  const scheme = /^([A-Za-z][-A-Za-z0-9+.]*):/.exec(main)?.[1]?.toLowerCase() ?? ''
  const [rest, query] = cut(scheme === '' ? main : main.slice(scheme.length + 1), '?')
  const extras = { ...(query !== undefined && { query }), ...(fragment !== undefined && { fragment }) }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { scheme, opaque: rest, path: '', ...extras }
    if (cut(rest, '/')[0].includes(':')) return { fault: 'first path segment in URL cannot contain colon' }
  }
  const located = locate(scheme, rest)
  const fault = located.fault ?? escapeFault(located.path) ?? escapeFault(fragment ?? '')
  if (fault !== undefined) return { fault }
  return { scheme, path: located.path, ...located.authority, ...extras }
}

interface Located {
  readonly path: string
  readonly authority?: { readonly host: string; readonly userinfo?: string }
  readonly fault?: string | undefined
}

function locate(scheme: string, rest: string): Located {
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) return { path: rest }
  const slash = rest.indexOf('/', 2)
  const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  if (at < 0) return { path, authority: { host }, fault: hostFault(host) }
  const userinfo = authority.slice(0, at)
  return { path, authority: { host, userinfo }, fault: hostFault(host) ?? userinfoFault(userinfo) }
}

function userinfoFault(userinfo: string): string | undefined {
  return /^[-A-Za-z0-9._:~!$&'()*+,;=%@]*$/.test(userinfo) ? escapeFault(userinfo) : 'net/url: invalid userinfo'
}

function hostFault(host: string): string | undefined {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) return 'invalid IP-literal'
  if (bracket === 0) return literalFault(host)
  const colon = host.indexOf(':')
  return (colon < 0 ? undefined : portFault(host.slice(colon))) ?? hostCharacterFault(host)
}

function literalFault(host: string): string | undefined {
  const end = host.lastIndexOf(']')
  if (end < 0) return "missing ']' in host"
  const [address] = cut(host.slice(1, end), '%25')
  const valid = /^[0-9A-Fa-f:.]+$/.test(address) && URL.canParse(`http://[${address}]`)
  return portFault(host.slice(end + 1)) ?? (valid ? undefined : 'invalid host')
}

function portFault(port: string): string | undefined {
  return /^(?::[0-9]*)?$/.test(port) ? undefined : `invalid port ${quote(port)} after host`
}

/** In a host only characters beyond ASCII may be escaped. */
function hostCharacterFault(host: string): string | undefined {
  const escaped = /%(?!25|[89A-Fa-f][0-9A-Fa-f])[^]{0,2}/.exec(host)
  if (escaped) return `invalid URL escape ${quote(escaped[0])}`
  const bad = /[ /?@\\^`{|}]/.exec(host)
  return bad ? `invalid character ${quote(bad[0])} in host name` : undefined
}

function escapeFault(text: string): string | undefined {
  const bad = /%(?![0-9A-Fa-f]{2})[^]{0,2}/.exec(text)
  return bad ? `invalid URL escape ${quote(bad[0])}` : undefined
}

/**
 * The URL with its password crossed out. Text that is no proper URL may carry one too: everything between the first
 * colon after the scheme and the last at sign counts as password then.
 */
export function redactUrl(text: string): string {
  return text.replace(/^([^/]*\/\/[^:@]*):[^]*@/, '$1:xxxxx@')
}

function cut(text: string, mark: string): [before: string, after?: string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)]
}
