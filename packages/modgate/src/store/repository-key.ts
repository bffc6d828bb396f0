/**
 * One name for all URLs of a repository: a code host names it by several (https, ssh, the page for people), and go-import tags by any of
 * them. Two repositories of one host that differ in their port or in the case of a letter share a name, which costs a question too many.
 */

const longest = 2048
const schemes = new Set(['http:', 'https:', 'ssh:', 'git:', 'git+ssh:'])

/** Host and path, without `.git`: `code.corp.example/team/lib`. Undefined for what names no repository on a network. */
export function repositoryKey(url: string): string | undefined {
  if (url.length > longest) return undefined
  // What ssh takes beside URLs: user@host:path.
  const [, scpHost, scpPath] = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)([\x21-\x7e]+)$/.exec(url) ?? []
  const parsed = scpHost === undefined ? URL.parse(url) : { protocol: 'ssh:', hostname: scpHost, pathname: scpPath! }
  if (!parsed || !schemes.has(parsed.protocol) || parsed.hostname === '') return undefined
  const path = parsed.pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/i, '')
  return path === '' ? undefined : `${parsed.hostname}/${path}`.toLowerCase()
}
