/** Where a git remote leads, in the forms that git takes (git-fetch, "GIT URLS"), as far as module paths need it. */

import { checkPath, ModuleError } from '@modgate/gomod/module'

export interface RemotePlace {
  /** Lower case, without port and without user. */
  readonly host: string
  /** Without slashes at its ends and without `.git`: `team/lib`; may be empty. */
  readonly path: string
}

const schemes: ReadonlySet<string> = new Set(['https', 'http', 'ssh', 'git', 'git+ssh', 'git+https', 'git+http'])

/** The place behind a remote's URL; undefined for a local directory and for what git would not understand. No credential is kept. */
export function parseRemote(url: string): RemotePlace | undefined {
  const trimmed = url.trim()
  const withScheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):\/\/(?:[^/]*@)?([^/@]*)(\/.*)?$/.exec(trimmed)
  if (withScheme) {
    const [, scheme = '', authority = '', path = ''] = withScheme
    return schemes.has(scheme.toLowerCase()) ? place(authority.replace(/:\d*$/, ''), path) : undefined
  }
  // git takes `host:path` for ssh only where no slash stands before the colon.
  const shortForm = /^(?:[^/@:]+@)?(\[[^\]/]+\]|[^/@:[\]]+):(?!\/\/)(.*)$/.exec(trimmed)
  if (!shortForm || /^[a-zA-Z]:[\\/]/.test(trimmed)) return undefined
  return place(shortForm[1]!, shortForm[2]!)
}

function place(host: string, path: string): RemotePlace | undefined {
  const clean = path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((element) => element !== '' && element !== '~')
    .join('/')
  if (host === '') return undefined
  return { host: host.toLowerCase().replace(/^\[|\]$/g, ''), path: clean.replace(/\.git$/, '') }
}

/**
 * The import path that a repository at this place has by itself: `git.corp.example/team/lib`. Undefined where no module path can
 * be made of it: a host without a dot, an address, strange characters.
 */
export function importPathOf({ host, path }: RemotePlace): string | undefined {
  const module = path === '' ? host : `${host}/${path}`
  return !/^[\d.]+$/.test(host) && isModulePath(module) ? module : undefined
}

/** Whether a text is a module path that can be downloaded (golang.org/x/mod/module, CheckPath). */
export function isModulePath(text: string): boolean {
  try {
    checkPath(text)
    return true
  } catch (error) {
    if (error instanceof ModuleError) return false
    throw error
  }
}
