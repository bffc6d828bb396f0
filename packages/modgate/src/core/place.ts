/** What credentials are for: a host, with its port where that is not the usual one, and perhaps only a part of it. */

export interface Place {
  /** As a URL has it: `git.corp.example`, `gate.example:8443`. */
  readonly host: string
  /** Empty, or a path without a slash at its end: `/team`. */
  readonly path: string
}

/** Reads `git.corp.example:8443/team`. Throws a TypeError for anything that is no such place, a URL among others. */
export function parsePlace(text: string): Place {
  const url = URL.parse(`https://${text}`)
  const [host = ''] = text.split('/')
  const path = text.slice(host.length).replace(/\/+$/, '')
  const isHost = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:\d+)?$/i.test(host)
  if (!isHost || url?.host !== host.toLowerCase() || url.pathname !== (path === '' ? '/' : path)) {
    throw new TypeError(`${JSON.stringify(text)} is no host with a path`)
  }
  return { host: url.host, path }
}

/** Whether a URL is of the place, and safe enough for credentials: over TLS. A repository may have `.git` behind the path of its place. */
export function isAt({ host, path }: Place, url: URL): boolean {
  if (url.protocol !== 'https:' || url.host !== host) return false
  const roots = path === '' ? [''] : [path, `${path}.git`]
  return roots.some((root) => url.pathname === root || url.pathname.startsWith(`${root}/`))
}
